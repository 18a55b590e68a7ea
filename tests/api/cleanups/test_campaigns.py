"""A campaign's figures are counted, for everybody and any site; its page is kept by leaders."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy import update

from service.db import unit_of_work
from service.models import Cleanup, Work
from tests.api.cleanups.test_cleanups import draft, take
from tests.api.desk import Desk

TODAY = datetime.now(UTC).date()


def form(**said: object) -> dict[str, Any]:
    """A campaign of this month."""
    days = {"first": str(TODAY - timedelta(days=20)), "last": str(TODAY + timedelta(days=20))}
    return {"title": {"vi": "Chủ nhật <Xanh>", "en": "Green Sunday"}, **days, **said}


def held(desk: Desk, **result: int) -> None:
    """A public clean-up of this campaign's days with this result."""
    one = take(desk, draft(desk), "announced")
    with unit_of_work(desk.engine) as session:
        session.execute(update(Work).where(Work.code == one["code"]).values(status="done"))
        session.execute(update(Cleanup).where(Cleanup.work_id == one["id"]).values(**result))


def test_its_figures_are_counted_when_somebody_asks(desk: Desk) -> None:
    path = "/campaigns/chu-nhat-xanh"
    made = desk.call("PUT", path, desk.as_staff("manager"), form())
    assert (made.status_code, made.json()["figures"]["people"]) == (201, 0)
    held(desk, people=25, kg=40)
    held(desk, people=10, trees=3)
    take(desk, draft(desk, title="Còn ở phía trước"), "announced")
    answer = desk.call("GET", path)
    assert answer.headers["access-control-allow-origin"] == "*"
    told = answer.json()
    totals = {"cleanups": 2, "people": 35, "kg": 40, "bags": 0, "trees": 3, "wards": 1, "spots_cured": 0}
    assert told["figures"] == totals
    assert [(each["ward"]["code"], each["people"]) for each in told["wards"]] == [("W2", 35)]
    assert [each["title"] for each in told["coming"]] == ["Còn ở phía trước"]
    drawn = desk.client.get(f"{path}/map.svg")
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert drawn.text.count('r="7"') == 2
    assert drawn.headers["content-encoding"] == "gzip"
    assert "<title>Còn ở phía trước</title>" in desk.client.get("/cleanups/map.svg").text
    assert desk.client.get("/campaigns/khong-co/map.svg").status_code == 404
    page = desk.client.get(path, headers={"Accept": "text/html"}).text
    assert "Chủ nhật &lt;Xanh&gt;" in page
    assert "&lt;iframe" in page and "frameborder" in page
    assert len(page.encode()) < 60 * 1024
    texts: list[str] = []
    for size in ("wide", "box", "tall"):
        frame = desk.client.get(f"{path}/banner?size={size}&lang=en")
        assert "frame-ancestors *" in frame.headers["content-security-policy"]
        assert "<script" not in frame.text
        style = sha256(re.findall(r"<style>(.*?)</style>", frame.text)[0].encode()).digest()
        assert f"'sha256-{b64encode(style).decode()}'" in frame.headers["content-security-policy"]
        assert "Green Sunday: 2 clean-ups, 35 people, 40 kg of litter, 3 trees" in frame.text
        picture = desk.client.get(f"{path}/banner.svg?size={size}")
        assert picture.headers["content-type"].startswith("image/svg+xml")
        texts += re.findall(r"<title>(.*?)</title>", picture.text)
    assert texts == ["Chủ nhật &lt;Xanh&gt;: 2 đợt ra quân, 35 người, 40 kg rác, 3 cây"] * 3
    assert desk.client.get(f"{path}/banner?size=huge").status_code == 422


def test_what_was_given_stands_on_the_pages_and_in_the_sums(desk: Desk) -> None:
    me, path = desk.as_staff("manager"), "/campaigns/ung-ho"
    desk.call("PUT", path, me, form())
    named = {"kind": "cash", "amount_vnd": 200_000_000, "giver": "Ngân hàng <A>", "named": True}
    gift = {"id": str(uuid4()), "campaign": "ung-ho", **named}
    given = [desk.call("POST", "/contributions", me, gift) for _ in range(2)]
    assert [each.status_code for each in given] == [201, 200]
    assert desk.call("POST", "/contributions", me, {**gift, "amount_vnd": 5}).status_code == 409
    secret = {**gift, "id": str(uuid4()), "named": False}
    assert desk.call("POST", "/contributions", me, secret).status_code == 422
    lead, code = desk.as_staff("other_department"), take(desk, draft(desk), "announced")["code"]
    things = {"id": str(uuid4()), "cleanup": code, "kind": "tools", "count": 40, "words": "Găng tay"}
    assert desk.call("POST", "/contributions", lead, things).status_code == 201
    tree = {"id": str(uuid4()), "species": "Bàng", "planted": 3}
    assert desk.call("POST", f"/cleanups/{code}/trees", lead, tree).status_code == 409
    with unit_of_work(desk.engine) as session:
        session.execute(update(Work).where(Work.code == code).values(status="under_way"))
    planted = desk.call("POST", f"/cleanups/{code}/trees", lead, tree)
    assert (planted.status_code, planted.json()["alive"]) == (201, None)
    check = {"alive": 3, "checked_on": str(TODAY)}
    assert desk.call("PUT", f"/trees/{tree['id']}/check", lead, check).status_code == 422, "planted later"
    told = desk.call("GET", "/contributions?campaign=ung-ho").json()
    totals = {"gifts": 2, "cash_vnd": 200_000_000, "trees": 0, "tools": 40, "labour": 0}
    assert told["totals"] == totals
    assert {each["giver"] for each in told["items"]} == {"Ngân hàng <A>", ""}
    assert desk.call("GET", f"/cleanups/{code}/trees").json()["items"][0]["planted"] == 3
    assert desk.call("GET", "/contributions").status_code == 422
    html = {"Accept": "text/html"}
    page = desk.client.get(path, headers=html).text
    assert "200.000.000" in page
    assert "Ngân hàng &lt;A&gt;" in page
    page = desk.client.get(f"/cleanups/{code}", headers=html).text
    assert "Găng tay" in page
    assert "Bàng" in page
    assert "200.000.000" in desk.client.get(f"{path}/press.txt").text
    assert desk.call("DELETE", f"/contributions/{gift['id']}", me).status_code == 204
    assert desk.call("GET", "/contributions?campaign=ung-ho").json()["totals"] == totals | {
        "gifts": 1,
        "cash_vnd": 0,
    }


def test_two_who_change_it_at_once_see_each_other(desk: Desk) -> None:
    path, me = "/campaigns/hue-xanh", desk.as_staff("manager")
    assert desk.call("PUT", path, me, form()).json()["version"] == 1
    again = desk.call("PUT", path, me, form())
    assert (again.status_code, again.json()["version"]) == (200, 1)
    changed = form(title={"vi": "Huế xanh"}, version=1)
    assert desk.call("PUT", path, me, changed).json()["version"] == 2
    assert desk.call("PUT", path, me, form(version=1)).status_code == 409


def test_what_is_no_campaign_is_refused(desk: Desk) -> None:
    me = desk.as_staff("manager")
    for slug in ("Chu-Nhat", "chủ-nhật", "a--b", "x" * 61):
        assert desk.call("PUT", f"/campaigns/{slug}", me, form()).status_code == 422
    backwards = form(first=str(TODAY), last=str(TODAY - timedelta(days=1)))
    assert desk.call("PUT", "/campaigns/nguoc", me, backwards).status_code == 422
    assert desk.call("PUT", "/campaigns/xanh", desk.as_staff("department"), form()).status_code == 403
    assert desk.call("GET", "/campaigns/khong-co").status_code == 404
    assert desk.client.get("/campaigns/khong-co/banner").status_code == 404


def test_praise_stands_beside_the_campaign_and_in_feed_readers_criticism_nowhere(desk: Desk) -> None:
    me, path = desk.as_staff("other_manager"), "/campaigns/khen"
    desk.call("PUT", path, me, form())
    praise = {"id": str(uuid4()), "unit": "ward-W2", "form": "praise", "words": "Bờ kè <sạch>"}
    given = [desk.call("POST", "/commendations", me, praise) for _ in range(2)]
    assert [each.status_code for each in given] == [201, 200]
    assert given[0].json()["public"] is True
    blame = {"id": str(uuid4()), "unit": "ward-W2", "form": "criticism", "words": "Bỏ trực ca"}
    assert desk.call("POST", "/commendations", me, {**blame, "public": True}).status_code == 422
    person = {"person": desk.person("other_department").account.username}
    for said in (blame, {**blame, "id": str(uuid4()), **person}):
        assert desk.call("POST", "/commendations", me, said).json()["public"] is False
    html = {"Accept": "text/html"}
    pages = [desk.client.get(each, headers=html).text for each in (path, "/praise")]
    feeds = [desk.client.get(each).text for each in ("/praise.atom", "/api/v1/praise.atom")]
    press = desk.client.get(f"{path}/press.txt")
    assert press.headers["content-type"].startswith("text/plain")
    assert "Bờ kè <sạch>" in press.text
    assert "Press file" in desk.client.get(f"{path}/press.txt?lang=en").text
    for text in (*pages, *feeds, press.text):
        assert "Bờ kè" in text
        assert "Bỏ trực ca" not in text
        assert desk.person("other_department").account.name not in text
    assert feeds[0] == feeds[1]
    mine = desk.call("GET", "/commendations", me).json()["items"]
    assert {each["words"] for each in mine} >= {"Bờ kè <sạch>", "Bỏ trực ca"}
    others = desk.call("GET", "/commendations", desk.as_staff("department")).json()["items"]
    assert "Bỏ trực ca" not in {each["words"] for each in others}
    own = f"/commendations/{praise['id']}"
    assert desk.call("DELETE", own, desk.as_staff("manager")).status_code == 403
    assert [desk.call("DELETE", own, me).status_code for _ in range(2)] == [204, 204]
    assert "Bờ kè" not in desk.client.get("/praise", headers=html).text
