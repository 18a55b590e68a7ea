"""The Atom feed: valid, newest first, with points, filters and conditional requests."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import datetime
from typing import Any

import httpx

from tests.support.feed_stage import HERE, PROBLEM, Log

NAMES = {"a": "http://www.w3.org/2005/Atom", "g": "http://www.georss.org/georss"}


def read(client: httpx.Client, path: str = "/feed.atom", **params: Any) -> ET.Element:
    answer = client.get(path, params=params or None)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/atom+xml"
    return ET.fromstring(answer.content)  # noqa: S314 - our own


def text(element: ET.Element, path: str) -> str:
    found = element.find(path, NAMES)
    assert found is not None
    assert found.text is not None
    return found.text


def link(element: ET.Element, rel: str) -> str | None:
    found = element.find(f"a:link[@rel='{rel}']", NAMES)
    return None if found is None else found.get("href")


def check_valid(feed: ET.Element) -> list[ET.Element]:
    """What RFC 4287 demands of a feed and of each entry; the entries."""
    assert feed.tag == f"{{{NAMES['a']}}}feed"
    for one in (feed, *(entries := feed.findall("a:entry", NAMES))):
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"a:{name}", NAMES)) == 1
            assert text(one, f"a:{name}").strip()
        assert datetime.fromisoformat(text(one, "a:updated")).tzinfo is not None
        assert link(one, "alternate")
    assert text(feed, "a:author/a:name")
    assert link(feed, "self")
    ids = [text(entry, "a:id") for entry in entries]
    assert len(ids) == len(set(ids))
    return entries


def test_a_valid_feed_newest_first_with_points(client: httpx.Client, log: Log) -> None:
    log.tell(3, log.there)
    log.tell(1, log.here)
    entries = check_valid(read(client))
    assert len(entries) == 6
    assert text(entries[0], "g:point") == f"{HERE[1]:.6f} {HERE[0]:.6f}"
    category = entries[1].find("a:category", NAMES)
    assert category is not None
    assert category.attrib == {"term": "hanging_cable", "label": category.get("label")}
    assert "Đã tiếp nhận" in text(entries[0], "a:title")


def test_an_empty_feed_is_valid(client: httpx.Client) -> None:
    assert check_valid(read(client)) == []


def test_the_language_asked_for(client: httpx.Client, log: Log) -> None:
    entries = check_valid(read(client, lang="en"))
    assert "Received" in text(entries[0], "a:title")


def test_older_entries_are_a_link_away_and_no_entry_changes_its_id(client: httpx.Client, log: Log) -> None:
    log.tell(5)
    everything = [text(entry, "a:id") for entry in check_valid(read(client))]
    found: list[str] = []
    feed = read(client, limit=3, category="litter,hanging_cable")
    while True:
        found += [text(entry, "a:id") for entry in check_valid(feed)]
        following = link(feed, "next")
        if following is None:
            break
        assert "category=litter%2Changing_cable" in following
        feed = read(client, httpx.URL(following).raw_path.decode())
    assert found == everything


def test_the_filters_of_the_feed(client: httpx.Client, log: Log) -> None:
    log.tell(2, log.there)
    assert len(check_valid(read(client, category="hanging_cable"))) == 3
    assert len(check_valid(read(client, type="test.1"))) == 1
    assert len(check_valid(read(client, bbox="107.5,16.4,107.6,16.5"))) == 1


def test_a_reader_that_has_it_gets_304(client: httpx.Client, log: Log) -> None:
    first = client.get("/feed.atom")
    for headers in (
        {"If-None-Match": first.headers["etag"]},
        {"If-Modified-Since": first.headers["last-modified"]},
    ):
        assert client.get("/feed.atom", headers=headers).status_code == 304
    old = {"If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"}
    nonsense = {"If-Modified-Since": "yesterday"}
    other = {"If-None-Match": '"x"', "If-Modified-Since": first.headers["last-modified"]}
    for headers in (old, nonsense, other):
        assert client.get("/feed.atom", headers=headers).status_code == 200
    log.tell()
    again = client.get("/feed.atom", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 200


def test_what_it_does_not_know_is_refused(client: httpx.Client) -> None:
    for params, status in (({"before": "x"}, 400), ({"limit": "0"}, 422), ({"ward": "99"}, 422)):
        answer = client.get("/feed.atom", params=params)
        assert answer.status_code == status
        assert answer.headers["content-type"] == PROBLEM
