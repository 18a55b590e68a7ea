import { all, maybe } from "../lib/page/dom";
import "../lib/page/pick_one";
import { ready } from "../lib/page/ready";
import { findFromAnywhere } from "../lib/page/search_box";
import { partAt } from "../lib/requests/answer";
import { renewPush } from "../lib/push/staff_push";

findFromAnywhere();

// The bell says how much is new also on a page that stays open; a notice that is followed is read.
const BELL_EVERY_MS = 60_000;
const bell = maybe("[data-bell]");

async function ring(): Promise<void> {
  if (!bell || document.visibilityState !== "visible" || !navigator.onLine) return;
  const part = await partAt("/notices/bell");
  if (part !== null) bell.innerHTML = part;
}

setInterval(() => void ring(), BELL_EVERY_MS);
addEventListener("focus", () => void ring());
document.addEventListener("click", (event) => {
  const row = (event.target as Element).closest?.("[data-notice]")?.closest("[data-unread]");
  const form = row && maybe<HTMLFormElement>("form", row as HTMLElement);
  if (!form) return;
  const body = new URLSearchParams(new FormData(form) as never);
  void fetch(form.action, { method: "POST", body, keepalive: true }).catch(() => undefined);
});

const days = all<HTMLInputElement>("[data-date]");
if (days.length) {
  const { dateField } = await import("../lib/page/date_field");
  for (const each of days) dateField(each);
}

// A browser without storage, or a server that is away: the next page asks again.
renewPush().catch(() => undefined);
ready();
