"""Anybody finds a clean-up, signs up without an account, changes it and cancels it."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import UUID, uuid4

import httpx
import pytest
from PIL import Image
from sqlalchemy import func, select

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.cleanups.forms import NewSignup
from service.domain.cleanups.signups import mail_proof, sign_up
from service.domain.people.staff import actor_for
from service.errors import Conflict
from service.models import CleanupSignup, Message, Photo, Staff, Work
from service.rendering.small_photo import MOST_BYTES, SIDE, shrink_photo
from service.storage import Storage
from tests.pages.html import Page
from tests.support.cleanups.stage import CleanupStage, add_cleanup_photo
from tests.support.people import Person
from tests.support.site import HTML, KEY, Site

HEAVIEST = 40 * 1024


@pytest.fixture(scope="module")
def code(site: Site) -> str:
    """A public clean-up in three days with thirty places."""
    return announced(site)


def announced(site: Site, **said: object) -> str:
    with unit_of_work(site.engine) as session:
        reference = load_reference(session)
        account = session.scalars(select(Staff).where(Staff.username == "demo.department")).one()
        person = Person(account, actor_for(account, reference))
        unit = reference.departments[account.department_id or 0].code
        company = next(each.code for each in reference.departments.values() if each.kind == "company")
        lon, lat = reference.config.middle
        starts = datetime.now(UTC) + timedelta(days=3)
        stage = CleanupStage(session, reference, datetime.now(UTC))
        form = {
            "lead": unit,
            "collector": company,
            "location": {"lon": lon, "lat": lat},
            "starts_at": starts.isoformat(),
            "ends_at": (starts + timedelta(hours=2)).isoformat(),
            "title": "Dọn <b>bờ sông</b>",
            **said,
        }
        return stage.announce(person, **form).work.code


def join(site: Site, code: str, people: int = 2, email: str = "") -> httpx.Response:
    text = site.get(f"/cleanups/{code}").text
    found = re.search(r'name="id" value="([^"]+)"', text)
    assert found
    data = {"id": found[1], "people": str(people), "email": email}
    return site.post(f"/cleanups/{code}", f"/cleanups/{code}", data)


def test_the_page_says_what_is_needed_and_is_light(site: Site, code: str) -> None:
    listed = site.get("/cleanups").text
    assert f"/cleanups/{code}" in listed
    answer = site.get(f"/cleanups/{code}")
    assert len(answer.content) < HEAVIEST
    page = Page(answer.text)
    assert "Chân cầu Trường Tiền" in answer.text
    assert "<b>bờ" not in answer.text
    assert any(each.get("property") == "og:title" for each in page.all("meta"))
    assert page.inline() == []
    file = site.get(f"/cleanups/{code}.ics")
    assert file.headers["content-type"].startswith("text/calendar")
    assert "STATUS:CONFIRMED" in file.text
    assert f"/cleanups/{code}" in site.get("/cleanups.ics").text
    assert site.get("/cleanups/R26-9999").status_code == 404
    assert "Join" in site.get(f"/cleanups/{code}", language="en").text


def test_sign_up_change_and_cancel_without_scripts(site: Site, code: str) -> None:
    answer = join(site, code, 3, "Ai.Do@example.org")
    assert answer.status_code == 303
    own = answer.headers["location"]
    assert "3 người đã có chỗ" in site.client.get(own, headers=HTML).text
    signup_id = UUID(bytes=_raw(own)[:16])
    with unit_of_work(site.engine) as session:
        kept = session.get_one(CleanupSignup, signup_id)
        assert kept.sealed is not None
        assert "example" not in kept.sealed
        [told] = session.scalars(select(Message).where(Message.notice == "cleanup_joined"))
        assert told.recipient == "ai.do@example.org"
    refused = site.post(own, own, {"what": "remind"})
    assert refused.status_code == 404
    mailed = f"{own}&m={mail_proof(KEY.encode(), signup_id)}"
    assert site.post(mailed, mailed, {"what": "remind"}).status_code == 303
    assert site.post(own, own, {"what": "people", "people": "60"}).status_code == 422
    assert site.post(own, own, {"what": "people", "people": "1"}).status_code == 303
    assert site.post(own, own, {"what": "cancel"}).status_code == 303
    with unit_of_work(site.engine) as session:
        kept = session.get_one(CleanupSignup, signup_id)
        assert (kept.state, kept.people, kept.confirmed_at is not None) == ("cancelled", 1, True)
    assert site.get(f"/cleanups/{code}/me?t=AAAA").status_code == 404


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(site: Site, code: str) -> None:
    answer = join(site, code, 51, "an@example.org")
    assert answer.status_code == 422
    assert 'value="an@example.org"' in answer.text
    assert join(site, code, 1, "khong phai email").status_code == 422
    forged = site.client.post(f"/cleanups/{code}", data={"id": str(uuid4()), "people": "1"}, headers=HTML)
    assert forged.status_code == 403


def test_a_hundred_at_once_never_get_more_places_than_there_are(site: Site) -> None:
    code = announced(site, title="Dọn công viên")

    def one(_: int) -> str:
        body = NewSignup(id=uuid4(), people=2)
        try:
            with unit_of_work(site.engine) as session:
                reference, now = load_reference(session), datetime.now(UTC)
                sent = sign_up(session, reference, KEY.encode(), code, body, language="vi", now=now)
                return str(sent[0].state)
        except Conflict:
            return "refused"

    with ThreadPoolExecutor(12) as pool:
        states = list(pool.map(one, range(100)))
    assert states.count("going") == 15
    assert "refused" not in states
    with unit_of_work(site.engine) as session:
        going = select(func.sum(CleanupSignup.people)).where(CleanupSignup.state == "going")
        per_cleanup = session.execute(going.group_by(CleanupSignup.work_id)).scalars().all()
        assert max(per_cleanup) == 30


def _raw(own: str) -> bytes:
    found = re.search(r"[?&]t=([^&]+)", own)
    assert found
    return urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4))


def test_a_campaign_shows_photos_that_weigh_little(site: Site) -> None:
    shown = announced(site)
    light = Image.effect_noise((480, 360), 40).convert("RGB")
    body = BytesIO()
    light.save(body, "WEBP", quality=90)
    with unit_of_work(site.engine) as session:
        work = session.scalars(select(Work).where(Work.code == shown)).one()
        photo = add_cleanup_photo(session, work)
        key, id_ = photo.thumbnail_key, photo.id
    Storage(site.settings.media_url).put(key, body.getvalue())
    address = f"/cleanups/{shown}/after.webp"
    assert site.get(address).status_code == 404, "not published yet"
    with unit_of_work(site.engine) as session:
        session.get_one(Photo, id_).published = True
    answer = site.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    assert len(answer.content) <= MOST_BYTES < len(body.getvalue())
    with Image.open(BytesIO(answer.content)) as small:
        assert max(small.size) == SIDE
    assert site.get(f"/cleanups/{shown}/before.webp").status_code == 404
    busy = BytesIO()
    Image.effect_noise((480, 360), 90).convert("RGB").save(busy, "WEBP", quality=90)
    assert len(shrink_photo(busy.getvalue())) <= MOST_BYTES
    with pytest.raises(ValueError, match="identify"):
        shrink_photo(b"no picture")
