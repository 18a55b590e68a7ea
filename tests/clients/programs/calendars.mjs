// The same calendar as a browser's library reads it.
import assert from "node:assert";
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(process.argv[2], "utf8")));
const events = calendar.getAllSubcomponents("vevent").map((each) => new ICAL.Event(each));
assert(events.length > 0);
for (const each of events) assert(each.uid && each.summary && each.startDate.zone.tzid === "UTC", each.uid);
