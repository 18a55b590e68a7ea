"""The whole life of reports over HTTP: real processes, the real wards of Huế, real photos."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from tests.conftest import Servers
from tests.journeys.town import PHOTOS, REPORTS, WARDS, Json, Listener, Town, open_town
from tests.support.shared import SHARED

pytestmark = pytest.mark.town

HUE = ZoneInfo("Asia/Ho_Chi_Minh")
LITTER = PHOTOS / "gps_ok__jpg_gps_DSCN0012.jpg"
SWEPT = PHOTOS / "rotated__jpg_orientation_portrait_6.jpg"
HEIC = PHOTOS / "gps_ok__heic_IMG_5195.HEIC"
THUAN_HOA, VY_DA, KIM_LONG, PHU_XUAN = "19789", "19777", "19774", "19753"
ATOM, GEORSS = "{http://www.w3.org/2005/Atom}", "{http://www.georss.org/georss}"


@pytest.fixture(scope="module")
def town(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with open_town(servers, tmp_path_factory.mktemp("town")) as made:
        yield made


# What is right is reckoned here from the shared data, not by the code under test.


@cache
def wards() -> dict[str, BaseGeometry]:
    features = json.loads(WARDS.read_text())["features"]
    return {feature["properties"]["code"]: shape(feature["geometry"]) for feature in features}


def inside(ward: str, east: float = 0.0) -> tuple[float, float]:
    """A point well within the ward; `east` degrees from there for another one."""
    point = wards()[ward].representative_point()
    lon, lat = round(point.x + east, 6), round(point.y, 6)
    assert [
        code
        for code, area in wards().items()
        if area.covers(shape({"type": "Point", "coordinates": (lon, lat)}))
    ] == [ward]
    return lon, lat


@cache
def holidays() -> set[date]:
    with (SHARED / "data/facts/vn_holidays_2024_2030.csv").open() as file:
        return {date.fromisoformat(row["date"]) for row in csv.DictReader(file)}


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in holidays()


def due_after(received: str, working_days: int) -> datetime:
    """Seven working days as Huế counts them: the day of receipt not counted, until offices close at 17:30."""
    day = datetime.fromisoformat(received).astimezone(HUE).date()
    while not works(day):
        day += timedelta(days=1)
    while working_days:
        day += timedelta(days=1)
        working_days -= works(day)
    return datetime(day.year, day.month, day.day, 17, 30, tzinfo=HUE)


def types(events: list[Json], report_id: str | None = None) -> list[str]:
    return [e["type"] for e in events if report_id is None or e["report"]["id"] == report_id]


def test_from_the_street_to_the_rating(town: Town) -> None:
    _, start = town.feed()
    stream = f"{town.http.base_url}/api/v1/feed/stream"
    with Listener(stream, start, hang_up_after=2) as listener:
        lon, lat = inside(THUAN_HOA)
        person = {"name": "Người dân", "phone": "0905 123 456"}
        report_id, reporter = town.report(lon, lat, description="Rác ở chân cầu", contact=person)
        photo_id = town.photo(report_id, LITTER, reporter)

        assigned = town.routed(report_id)
        assert assigned["status"] == "assigned"
        assert assigned["ward"]["code"] == assigned["lead"]["code"] == THUAN_HOA
        assert (assigned["ward"]["name"], assigned["lead"]["name"]) == (
            "Phường Thuận Hóa",
            "UBND phường Thuận Hóa",
        )
        assert datetime.fromisoformat(assigned["due_at"]) == due_after(assigned["created_at"], 7)
        assert not assigned["late"]
        check_explanation(town, report_id)

        check_queue(town, report_id)
        town.step(report_id, f"staff.{THUAN_HOA}", "in_progress", note="Gọi đội vệ sinh")
        refused = town.step(report_id, f"staff.{THUAN_HOA}", "resolved", expect=422)
        assert refused["errors"][0]["loc"] == ["body", "evidence"]
        evidence = town.photo(report_id, SWEPT, town.staff(f"staff.{THUAN_HOA}"))
        reply = "Đã thu gom, cảm ơn bạn."
        town.step(report_id, f"staff.{THUAN_HOA}", "resolved", evidence=[evidence], public_reply=reply)
        town.step(report_id, "inspector", "closed")
        rating = {"score": 5, "comment": "Nhanh quá"}
        town.ask("POST", f"{REPORTS}/{report_id}/rating", reporter, 201, json=rating)

        check_photos(town, report_id, {photo_id: "report", evidence: "evidence"})
        told, end = town.feed_of(report_id, start)
        heard = listener.until(told[-1]["cursor"])
    check_feed(town, report_id, told, heard)
    assert listener.calls > 2
    assert town.feed(end) == ([], end)
    check_secrecy(town, report_id, told)


def check_explanation(town: Town, report_id: str) -> None:
    """The decision in a sentence, what lost and why, and how the deadline was counted, in both languages."""
    path = f"{REPORTS}/{report_id}/routing"
    why = town.ask("GET", path)
    assert (why["state"], why["rule"]["number"], why["policy"]) == ("routed", 11, "standard")
    assert why["explanation"] == (
        "Quy tắc 11: rác thải tại phường Thuận Hóa → UBND phường Thuận Hóa chủ trì, HEPCO thực hiện"
    )
    lost = {loser["rule"]["number"]: loser for loser in why["alternatives"]}
    assert (lost[10]["fitted"], lost[10]["explanation"]) == (True, "Quy tắc 10 áp dụng cho khu vực rộng hơn")
    assert not lost[15]["fitted"]
    assert why["resolution"]["steps"][0].startswith("Nhận lúc ")
    assert "7" in why["resolution"]["steps"][-2] and why["resolution"]["steps"][-1].startswith("Hạn: 17:30")
    english = town.ask("GET", path, {"Accept-Language": "en"})
    assert english["explanation"].startswith("Rule 11: litter in ")
    assert english["resolution"]["steps"][-1].startswith("Due: 17:30")


def check_queue(town: Town, report_id: str) -> None:
    """It waits for the ward's committee and for nobody else's."""
    queue = town.ask("GET", "/api/v1/queue", town.staff(f"staff.{THUAN_HOA}"))
    assert report_id in [case["id"] for case in queue["items"]]
    assert queue["counts"]["by_status"]["assigned"] >= 1
    other = town.ask("GET", "/api/v1/queue", town.staff(f"staff.{VY_DA}"))
    assert report_id not in [case["id"] for case in other["items"]]
    town.step(report_id, f"staff.{VY_DA}", "in_progress", expect=403)


def check_photos(town: Town, report_id: str, sent: dict[str, str]) -> None:
    """The public sees both, upright, as WebP, without a word of where and when they were taken."""
    report = town.until(report_id, lambda report: len(report["photos"]) == len(sent))
    assert {photo["id"]: photo["kind"] for photo in report["photos"]} == sent
    for photo in report["photos"]:
        for url in (photo["url"], photo["thumbnail_url"]):
            answer = town.http.get(url)
            assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
            with Image.open(io.BytesIO(answer.content)) as image:
                assert not image.getexif() and "exif" not in image.info and "xmp" not in image.info
    upright = next(photo for photo in report["photos"] if photo["kind"] == "evidence")
    with Image.open(io.BytesIO(town.http.get(upright["url"]).content)) as image:
        assert image.height > image.width


def check_feed(town: Town, report_id: str, told: list[Json], heard: list[Json]) -> None:
    """Pages, stream and timeline tell the same, each step once, in one order."""
    cursors = [event["cursor"] for event in told]
    assert len(set(cursors)) == len(cursors)
    assert [event["cursor"] for event in heard[: len(told)]] == cursors
    assert heard[: len(told)] == told
    mine = types(told, report_id)
    steps = [each for each in mine if each.startswith("report.")]
    assert steps == [
        "report.received",
        "report.assigned",
        "report.accepted",
        "report.resolved",
        "report.closed",
        "report.rated",
    ]
    assert Counter(mine)["photo.ready"] == 2
    assert types(town.timeline(report_id)) == mine
    assigned = next(e for e in told if e["type"] == "report.assigned" and e["report"]["id"] == report_id)
    assert assigned["report"]["status"] == "assigned"
    assert assigned["report"]["ward"]["code"] == THUAN_HOA


def check_secrecy(town: Town, report_id: str, told: list[Json]) -> None:
    """Nothing that everybody reads has a word of the reporter, or of what colleagues write to each other."""
    shown = [json.dumps(told, ensure_ascii=False), town.http.get(f"{REPORTS}/{report_id}/comments").text]
    shown += [town.http.get(f"{REPORTS}/{report_id}{path}").text for path in ("", "/events", "/routing")]
    shown.append(town.http.get("/feed.atom").text)
    for text in shown:
        assert not [word for word in ("905 123 456", "905123456", "Người dân", "đội vệ sinh") if word in text]


def test_atom_for_feed_readers(town: Town) -> None:
    town.routed(town.report(*inside(PHU_XUAN))[0])
    answer = town.http.get("/feed.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    root = ET.fromstring(answer.content)  # noqa: S314 - our own service wrote it
    assert root.tag == f"{ATOM}feed"
    entries = root.findall(f"{ATOM}entry")
    assert entries
    for part in (root, *entries):
        for required in ("id", "title", "updated"):
            assert (part.findtext(f"{ATOM}{required}") or "").strip(), required
        datetime.fromisoformat(part.findtext(f"{ATOM}updated") or "")
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)
    for entry in entries:
        lat, lon = map(float, (entry.findtext(f"{GEORSS}point") or "").split())
        assert 15.9 < lat < 16.8 and 107 < lon < 108.3
    known = {"If-None-Match": answer.headers["etag"]}
    assert town.http.get("/feed.atom", headers=known).status_code == 304


def test_the_clock_stands_while_the_city_waits(town: Town) -> None:
    """A cable across the road is due in four hours; what the reporter takes to answer is added to them."""
    questions = {"condition": "broken", "owner": "vnpt"}
    report_id, reporter = town.report(*inside(VY_DA), category="hanging_cable", attributes=questions)
    assigned = town.routed(report_id)
    assert (assigned["lead"]["code"], assigned["executor"]["code"]) == ("so-khcn.bcvt", "vnpt")
    assert {support["code"] for support in assigned["supports"]} == {VY_DA, "dienluc"}
    received, due = (datetime.fromisoformat(assigned[key]) for key in ("created_at", "due_at"))
    assert due - received == timedelta(hours=4)

    holder = "staff.so-khcn.bcvt"
    town.step(report_id, holder, "in_progress")
    waiting = town.step(report_id, holder, "waiting", reason="Cáp màu gì ạ?", public_reply="Cáp màu gì ạ?")
    assert waiting["status"] == "waiting"
    town.ask("POST", f"{REPORTS}/{report_id}/comments", reporter, 201, json={"text": "Màu đen"})
    resumed = town.look(report_id)
    assert resumed["status"] == "in_progress"
    at = {event["type"]: datetime.fromisoformat(event["at"]) for event in town.timeline(report_id)}
    paused = at["report.resumed"] - at["report.waiting"]
    assert paused > timedelta(0)
    assert datetime.fromisoformat(resumed["due_at"]) - due == paused

    told = town.http.get(f"{REPORTS}/{report_id}/comments").text
    assert "Màu đen" not in told
    evidence = town.photo(report_id, HEIC, town.staff("staff.vnpt"))
    town.step(report_id, "staff.vnpt", "resolved", evidence=[evidence])
    town.step(report_id, "inspector", "in_progress", expect=422, reason="Dây còn thấp")
    photo = town.photo(report_id, SWEPT, town.staff("inspector"))
    back = town.step(report_id, "inspector", "in_progress", reason="Dây còn thấp", evidence=[photo])
    assert back["status"] == "in_progress"


def test_more_time_is_for_the_manager_to_give(town: Town) -> None:
    report_id, _ = town.report(*inside(KIM_LONG))
    before = town.routed(report_id)
    sent = {"amount": 3, "unit": "working_days", "reason": "Chờ xe cuốn ép", "version": before["version"]}
    path = f"{REPORTS}/{report_id}/extensions"
    town.ask("POST", path, town.staff(f"manager.{VY_DA}"), 403, json=sent)
    town.ask("POST", path, town.staff(f"staff.{KIM_LONG}"), 403, json=sent)

    later = town.ask("POST", path, town.staff(f"manager.{KIM_LONG}"), json=sent)

    assert datetime.fromisoformat(later["due_at"]) == due_after(before["created_at"], 10)
    again = town.ask("POST", path, town.staff(f"manager.{KIM_LONG}"), json=sent)
    assert again["due_at"] == later["due_at"], "the answer to the first was lost: it is given again"
    town.ask("POST", path, town.staff(f"manager.{KIM_LONG}"), 409, json={**sent, "amount": 1})
    much = {**sent, "amount": 5, "version": later["version"]}
    town.ask("POST", path, town.staff(f"manager.{KIM_LONG}"), 422, json=much)
    extended = [event for event in town.timeline(report_id) if event["type"] == "report.extended"]
    assert [event["data"]["reason"] for event in extended] == ["Chờ xe cuốn ép"]


def test_a_report_that_repeats_another(town: Town) -> None:
    """The second one is suspected, a person decides, and its reporter follows the first one from then on."""
    lon, lat = inside(PHU_XUAN, east=0.002)
    first, _ = town.report(lon, lat)
    town.routed(first)
    assert first in [each["id"] for each in similar(town, lon, lat)]
    second, reporter = town.report(lon + 0.00005, lat)
    assert town.routed(second)["status"] == "triage"

    merged = town.step(second, "triage", "duplicate", duplicate_of=first)

    assert (merged["status"], merged["links"]["duplicate_of"].endswith(first)) == ("duplicate", True)
    town.ask("POST", f"{REPORTS}/{first}/comments", reporter, 201, json={"text": "Tôi cũng thấy"})
    town.step(second, "triage", "assigned", expect=409, lead=PHU_XUAN)
    assert types(town.timeline(second))[-1] == "report.merged"


def similar(town: Town, lon: float, lat: float) -> list[Json]:
    asked = {"category": "litter", "lon": lon, "lat": lat}
    found: list[Json] = town.ask("GET", f"{REPORTS}/similar", params=asked)["items"]
    return found


def test_outside_every_ward_a_person_decides(town: Town) -> None:
    """Far out at sea, but near the city: taken, routed to nobody, assigned by the coordinator."""
    sea = next(
        (lon / 100, lat / 100)
        for lon in range(10750, 10830)
        for lat in range(1640, 1678)
        if all(
            area.distance(shape({"type": "Point", "coordinates": (lon / 100, lat / 100)})) > 0.02
            for area in wards().values()
        )
    )
    report_id, reporter = town.report(*sea)
    waiting = town.routed(report_id)
    assert (waiting["status"], waiting["ward"], waiting["lead"]) == ("triage", None, None)
    assigned = town.step(report_id, "triage", "assigned", lead="hepco")
    assert (assigned["status"], assigned["lead"]["code"]) == ("assigned", "hepco")
    assert datetime.fromisoformat(assigned["due_at"]) == due_after(assigned["created_at"], 7)
    withdrawn = town.ask("POST", f"{REPORTS}/{report_id}/withdraw", reporter, json={"reason": "Gửi nhầm"})
    assert withdrawn["status"] == "withdrawn"


def test_a_retry_changes_nothing_further_on(town: Town) -> None:
    """The phone that lost the answer sends everything twice; workers and feed see it once."""
    lon, lat = inside(VY_DA, east=0.001)
    body = {
        "id": "7b0b6a52-8c2a-4f0e-9d34-0a4f5f2f1c11",
        "category": "litter",
        "location": {"lon": lon, "lat": lat},
    }
    answers = [town.http.post(REPORTS, json=body) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    reporter = {"Authorization": f"Report {answers[0].json()['secret']}"}
    photo = {"file": ("a.jpg", LITTER.read_bytes())}
    sent = [town.http.post(f"{REPORTS}/{body['id']}/photos", files=photo, headers=reporter) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [201, 200]
    town.until(str(body["id"]), lambda report: report["photos"] and report["status"] == "assigned")
    assert Counter(types(town.timeline(str(body["id"])))) == {
        "report.received": 1,
        "report.assigned": 1,
        "photo.ready": 1,
    }
