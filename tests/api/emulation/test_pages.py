"""Pages of emulation: for whom they are there, what they say; the public one names no person."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx

from service.web.viewer import CSRF_HEADER
from tests.api.desk import Desk
from tests.api.emulation.test_movements import announced, made, step
from tests.support.people import KEY


def look(desk: Desk, path: str, who: str | None = None) -> httpx.Response:
    desk.client.cookies.clear()
    return desk.client.get(path, headers=desk.cookie(who) if who else {"Accept": "text/html"})


def send(
    desk: Desk, path: str, who: str, fields: dict[str, Any], files: dict[str, Any] | None = None
) -> httpx.Response:
    desk.client.cookies.clear()
    cookie = desk.cookie(who)
    basis = b"csrf:" + cookie["Cookie"].partition("=")[2].encode()
    token = {CSRF_HEADER: hmac.new(KEY, basis, hashlib.sha256).hexdigest()}
    return desk.client.post(path, headers={**cookie, **token}, data=fields, files=files)


def test_each_role_opens_what_it_may(desk: Desk) -> None:
    open_, done = made(desk), announced(desk)
    pages: dict[str, dict[str, int]] = {
        "/emulation": dict.fromkeys(("manager", "department", "triage", "administrator"), 200),
        "/emulation/new": {"manager": 200, "department": 200, "triage": 404, "inspector": 404},
        f"/emulation/{open_}": {
            "manager": 200,
            "other_manager": 200,
            "other_department": 200,
            "triage": 200,
            "administrator": 200,
            "department": 200,
            "executor": 404,
        },
        f"/emulation/{open_}/council": {"manager": 200, "triage": 200, "other_manager": 404},
        f"/emulation/{open_}/council?everything=1": {"triage": 200},
        f"/emulation/{open_}/units/ward-W2": {"manager": 200, "other_manager": 200, "triage": 200},
        f"/emulation/{open_}/units/ward-W1": {"other_manager": 404, "administrator": 200},
        f"/emulation/{done}": {"manager": 200, "other_department": 200, "administrator": 200},
        f"/emulation/{done}/units/ward-W2": {"other_manager": 200, "manager": 200},
        f"/emulation/{done}/council": {"triage": 200},
        f"/emulation/{open_}/initiatives": {"manager": 200, "other_manager": 200, "executor": 404},
        "/emulation/readings": {"manager": 200, "department": 200, "triage": 200, "inspector": 404},
        "/emulation/2000000000": {"manager": 404},
    }
    for path, roles in pages.items():
        for who, status in roles.items():
            answer = look(desk, path, who)
            assert answer.status_code == status, (path, who, answer.text[:800])
    own = look(desk, f"/emulation/{open_}/units/ward-W2", "other_manager").text
    assert "Vì sao mất điểm" in own and 'name="points.2"' in own
    assert look(desk, f"/emulation/{done}", "manager").text.count("/papers/submission.docx") == 1


def test_a_movement_is_made_claimed_and_reviewed_by_forms(desk: Desk) -> None:
    frame = {
        "title": "Thi đua theo mẫu",
        "issuer": "city-cables",
        "first": "01/01/2025",
        "last": "30/06/2025",
        "comment_days": "7",
        "council.0.who": "triage",
        "council.1.who": "nobody",
        "pool.ward-W1": "Khối phường",
        "pool.ward-W2": "Khối phường",
        "pool.city-cables": "",
    }
    refused = send(desk, "/emulation/new", "manager", {**frame, "last": "01/01/2024"})
    assert refused.status_code == 422 and "Thi đua theo mẫu" in refused.text, "what was typed stays"
    refused = send(desk, "/emulation/new", "manager", frame)
    assert refused.status_code == 422 and 'id="council.1.who-error"' in refused.text
    assert '<option value="other_manager">' in refused.text, "people are offered by name"
    frame["council.1.who"] = "Other_Manager"
    there = send(desk, "/emulation/new", "manager", frame)
    assert there.status_code == 303, there.text[:800]
    path = there.headers["location"]
    number = int(path.rpartition("/")[2])
    rows = {
        "version": "1",
        "rows": "3",
        "words.1": "Đúng hạn ban đầu",
        "points.1": "40",
        "source.1": "indicator",
        "indicator.1": "on_time_unextended_rate",
        "kind.1": "linear",
        "linear.1.zero": "0,7",
        "linear.1.full": "95%",
        "fewest.1": "5",
        "words.3": "Ra quân",
        "points.3": "55",
        "source.3": "self",
    }
    short = send(desk, f"{path}/criteria", "manager", rows)
    assert short.status_code == 422 and "−5" in short.text and 'value="95%"' in short.text
    assert send(desk, f"{path}/criteria", "manager", {**rows, "points.3": "60"}).status_code == 303
    assert send(desk, f"{path}/criteria", "manager", {**rows, "linear.1.full": ""}).status_code == 422
    told = desk.call("GET", f"/movements/{number}", desk.as_staff("manager")).json()
    assert told["criteria"][0]["formula"] == {"kind": "linear", "zero": 0.7, "full": 0.95}
    levels = {"kind.1": "steps", "steps.1.0.level": "0,95", "steps.1.0.points": "40"}
    levels |= {"steps.1.3.level": "90%", "steps.1.3.points": "8"}  # the row between them stays empty
    again = {**rows, "version": str(told["version"]), "points.3": "60", **levels}
    assert send(desk, f"{path}/criteria", "manager", again).status_code == 303
    told = desk.call("GET", f"/movements/{number}", desk.as_staff("manager")).json()
    assert told["criteria"][0]["formula"] == {"kind": "steps", "steps": [[0.95, 40], [0.9, 8]]}
    assert 'name="steps.1.1.level" value="0,9"' in " ".join(look(desk, path, "manager").text.split())
    stale = send(desk, f"{path}/steps", "manager", {"to": "open", "version": "1"})
    assert stale.status_code >= 400 and 'value="Ra quân"' in stale.text, "another form empties nothing"
    fields = {"to": "open", "version": str(told["version"])}
    assert send(desk, f"{path}/steps", "manager", fields).status_code == 303
    claim = {"points.2": "58,5", "proof.2": "Biên bản 9"}
    assert send(desk, f"{path}/units/ward-W2/claims", "other_manager", claim).status_code == 303
    assert "Nộp bảng điểm bằng Excel" in look(desk, path, "other_manager").text
    assert send(desk, f"{path}/sheet", "other_manager", {}).status_code == 422
    initiative = {"unit": "ward-W2", "authors.0.who": "other_manager", "title": "Mã QR", "words": "Dán mã"}
    initiative |= {"id": str(uuid4()), "applied_on": "01/02/2025", "effect": ""}
    refused = send(desk, f"{path}/initiatives", "other_manager", initiative)
    assert refused.status_code == 422 and 'value="Mã QR"' in refused.text
    initiative["effect"] = "Nhanh hơn"
    assert send(desk, f"{path}/initiatives", "other_manager", initiative).status_code == 303
    judged = f"{path}/initiatives/{initiative['id']}"
    assert send(desk, f"{judged}/vote", "triage", {"agrees": "1"}).status_code == 303
    assert send(desk, f"{judged}/decision", "manager", {"recognised": "1"}).status_code == 409
    assert send(desk, f"{judged}/decision", "manager", {"why": "Trùng"}).status_code == 303
    assert "Trùng" in look(desk, f"{path}/initiatives", "other_manager").text
    assert step(desk, number, "self_scored").status_code == 200
    given = {"unit": "ward-W2", "criterion": "2", "points": "50", "why": "", "version": "0"}
    assert send(desk, f"{path}/given", "triage", given).status_code == 422
    assert send(desk, f"{path}/given", "other_manager", {**given, "why": "x"}).status_code == 403
    assert send(desk, f"{path}/given", "triage", {**given, "why": "Thiếu ảnh"}).status_code == 303
    for to in ("reviewed", "commented"):
        assert step(desk, number, to).status_code == 200
    words = {"words": "Đã gửi ảnh bổ sung", "criterion": "2"}
    assert send(desk, f"{path}/units/ward-W2/comments", "other_manager", words).status_code == 303
    shown = look(desk, f"{path}/council", "triage").text
    comment = shown.partition('name="comment" value="')[2].partition('"')[0]
    reply = {"comment": comment, "answer": "Đã xem", "changed": "1"}
    assert send(desk, f"{path}/answers", "triage", reply).status_code == 303
    assert "Đã xem" in look(desk, f"{path}/units/ward-W2", "other_manager").text


def test_a_reading_is_entered_and_corrected_by_forms(desk: Desk) -> None:
    """Of a month that is over and among the twelve that are shown, whichever they are."""
    last = datetime.now(ZoneInfo(desk.reference.timezone)).date().replace(day=1) - timedelta(days=1)
    path, month = "/emulation/readings", {"unit": "ward-W2", "what": "m3", "month": f"{last:%m/%Y}"}
    for said in ({"value": "x"}, {"value": "40", "month": "13/2026"}):
        assert send(desk, path, "other_manager", {**month, **said}).status_code == 422
    assert send(desk, path, "other_manager", {**month, "value": "40,5"}).status_code == 303
    told = desk.call("GET", "/meter-readings?unit=ward-W2", desk.as_staff("other_manager")).json()
    row = next(each for each in told["items"] if each["value"] == 40.5)
    fix = {**month, "value": "41", "why": "Đọc nhầm", "replaces": str(row["id"])}
    assert send(desk, path, "other_manager", fix).status_code == 303
    shown = look(desk, path, "other_manager").text
    assert "Đọc nhầm" in shown and "đã sửa 1 lần" in shown
    assert "Đọc nhầm" not in look(desk, path, "manager").text
    days = f"from={last.replace(day=1)}&to={last}"
    behind = look(desk, f"/indicators/m3?{days}&unit=ward-W2", "other_manager")
    assert behind.status_code == 200 and f"{last:%m/%Y}" in behind.text


def test_the_public_page_names_units_and_places_alone(desk: Desk) -> None:
    hidden = announced(desk)
    assert look(desk, f"/standings/{hidden}").status_code == 404
    movement = announced(desk, public=True)
    fix = {"unit": "ward-W2", "points": "42,5", "why": "Cộng nhầm một biên bản"}
    page = f"/emulation/{movement}"
    assert send(desk, f"{page}/corrections", "manager", {**fix, "why": ""}).status_code == 422
    assert send(desk, f"{page}/corrections", "other_manager", fix).status_code == 403
    assert send(desk, f"{page}/corrections", "manager", fix).status_code == 303
    assert "Cộng nhầm một biên bản" in look(desk, page, "other_manager").text
    answer = look(desk, f"/standings/{movement}")
    assert answer.status_code == 200, answer.text[:800]
    assert "Đơn vị ward-W2" in answer.text or "W2" in answer.text
    for person in desk.cast.everyone().values():
        assert person.account.name not in answer.text and person.account.username not in answer.text.split()
    assert "Đính chính sau công bố" in answer.text and "42,5" in answer.text
    for criticism in ("Cộng nhầm", "mất điểm", "chưa xếp hạng", "không đạt", "Biên bản 3"):
        assert criticism not in answer.text
    assert look(desk, f"/standings/{made(desk, public=True)}").status_code == 404, (
        "not before it is announced"
    )
