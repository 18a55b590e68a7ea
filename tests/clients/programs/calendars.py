"""One's calendar as `icalendar` reads it: fetched twice the same events, lines as long as they may be."""

import sys
from pathlib import Path

import httpx
from icalendar import Calendar

address, kept = sys.argv[1], Path(sys.argv[2])


def events() -> dict[str, str]:
    answer = httpx.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/calendar")
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    kept.write_bytes(answer.content)
    read = Calendar.from_ical(answer.content)
    return {str(each["UID"]): str(each["SUMMARY"]) for each in read.walk("VEVENT")}


first = events()
assert first and events().keys() == first.keys()
tag = httpx.get(address).headers["etag"]
assert httpx.get(address, headers={"If-None-Match": tag}).status_code == 304
assert httpx.get(address[:-8] + "xxxx.ics").status_code == 404
