"""The day of a clean-up on the lead's phone: who came, the one result, and what others may not."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import insert, select, update

from service.db import unit_of_work
from service.domain.cleanups.signups import call_sign
from service.models import Photo, Work
from tests.support.cleanups.running import add_running
from tests.support.photo_stage import jpeg
from tests.support.site import Site


def test_counted_checked_and_one_result(site: Site) -> None:
    code, signup, mine, other = add_running(site)
    path = f"/manage/cleanups/{code}"
    site.enter("department")
    assert path in site.look("/manage/cleanups").text
    text = site.look(path).text
    assert call_sign(signup) in text
    assert "Cần ít nhất một ảnh" in text
    assert site.post(path, f"{path}/attendance", {f"came-{signup}": "51"}).status_code == 422
    counted = {f"came-{signup}": "3", "walk_ins": "4"}
    assert site.post(path, f"{path}/attendance", counted).status_code == 303
    text = site.look(path).text
    assert 'name="people" type="number" value="7"' in text
    for check, state in ((mine, "done"), (other, "not_needed")):
        assert site.post(path, f"{path}/checks/{check}", {"state": state}).status_code == 303
    version = _version(text)
    given = {"version": version, "people": "25", "kg": "320", "words": "Sạch cả đoạn kênh"}
    assert site.post(path, f"{path}/result", given).status_code == 422
    words = {"photos": ("a.txt", b"x", "text/plain")}
    assert site.post(path, f"{path}/result", given, files=words).status_code == 415
    picture = {"photos": ("a.jpg", jpeg(), "image/jpeg")}
    asked = site.post(path, f"{path}/result", {**given, "people": "9000"}, files=picture)
    assert asked.status_code == 422
    assert 'name="sure"' in asked.text
    assert 'value="9000"' in asked.text
    assert "Đã có 1 ảnh" in asked.text
    assert 'name="sure"' not in site.post(path, f"{path}/result", {**given, "people": "x"}).text
    assert site.post(path, f"{path}/result", given).status_code == 303
    assert site.post(path, f"{path}/result", given).status_code == 303
    assert "Sạch cả đoạn kênh" in site.look(path).text
    assert f'href="{path}"' in site.look(f"/works/{code}").text
    assert site.look("/queue").status_code == 200
    with unit_of_work(site.engine) as session:
        work = session.scalars(select(Work.id).where(Work.code == code)).one()
        seen: dict[str, object] = {"state": "ready", "taken_at": datetime(2020, 2, 1, tzinfo=UTC)}
        seen |= {"public_key": "public/x.jpg", "thumbnail_key": "public/t.jpg", "published": True}
        session.execute(update(Work).where(Work.id == work).values(public=True))
        session.execute(update(Photo).where(Photo.work_id == work).values(**seen))
        [sent] = session.scalars(select(Photo).where(Photo.work_id == work)).all()
        columns = [each.key for each in Photo.__table__.columns if each.key != "id" and not each.computed]
        same = {name: getattr(sent, name) for name in columns}
        session.execute(insert(Photo).values({**same, "id": uuid4(), "kind": "before"}))
    assert "được chụp trước đợt này" in site.look(path).text
    shown = site.look(f"/cleanups/{code}")
    assert shown.status_code == 200 and shown.text.count('class="pair-side"') == 2
    assert site.post(path, f"{path}/attendance", counted).status_code == 409
    site.enter("inspector")
    after = {"to": "under_way", "version": _version(site.look(path).text)}
    assert site.post(path, f"{path}/after", after).status_code == 422
    assert site.post(path, f"{path}/after", {**after, "reason": "Thiếu ảnh"}).status_code == 303


def test_a_unit_ticks_its_own_and_counts_nobody(site: Site) -> None:
    code, signup, mine, other = add_running(site, support=True)
    path = f"/manage/cleanups/{code}"
    site.enter("department")
    text = site.look(path).text
    assert f"{path}/checks/{mine}" in text
    assert call_sign(signup) not in text
    assert f"{path}/result" not in text
    done = {"state": "done"}
    assert site.post(path, f"{path}/checks/{mine}", done).status_code == 303
    assert site.post(path, f"{path}/checks/{other}", done).status_code == 403
    assert site.post(path, f"{path}/attendance", {f"came-{signup}": "3"}).status_code == 403
    site.enter("executor")
    assert site.look(path).status_code == 404


def _version(text: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', text)
    assert found
    return found[1]


def test_the_lead_changes_what_comes_with_a_reason(site: Site) -> None:
    code, *_ = add_running(site, comes=True)
    path = f"/manage/cleanups/{code}/change"
    site.enter("department")
    assert f'href="/manage/cleanups/{code}"' in site.look(f"/works/{code}").text
    text = site.look(path).text
    filled = dict(re.findall(r'name="(\w+)" type="text" value="([^"]*)"', text))
    typed = {**filled, "version": _version(text), "meet_words": "Cổng sau", "no_waste": ""}
    assert site.post(path, path, typed).status_code == 422
    assert site.post(path, path, {**typed, "starts_at": "x", "reason": "Mưa"}).status_code == 422
    assert site.post(path, path, {**typed, "reason": "Mưa", "no_waste": "1"}).status_code == 303
    assert "Cổng sau" in site.look(f"/manage/cleanups/{code}").text
    site.enter("inspector")
    assert site.look(path).status_code == 404
