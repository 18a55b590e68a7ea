"""An inspector's round: cases kept, verdicts without a network, conflicts that come back to be decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect
from sqlalchemy import select, update

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.reports.events import Actor
from service.domain.reports.lifecycle import StatusChange, move
from service.models import Event, EventType, Inspection, Photo, Report, Role, Staff, Status
from service.models.reports.event import ActorKind
from tests.journeys.accessibility.test_citizens import check
from tests.journeys.citizens.test_reporting import until
from tests.journeys.conftest import HUE, Phone, open_phone
from tests.journeys.signin import sign_in
from tests.support.factories import make_photo, make_report
from tests.support.photo_stage import jpeg
from tests.support.site import Site

pytestmark = pytest.mark.browser

KEPT = """async code => {
  const { active } = await navigator.serviceWorker.ready;
  const page = await caches.match("/inspect");
  const whole = await new Promise(resolve => {
    const opening = indexedDB.open("hientruong-round");
    opening.onsuccess = () => {
      const reading = opening.result.transaction(["cases", "pictures"]);
      const asked = reading.objectStore("cases").get(code);
      const pictures = reading.objectStore("pictures").getAllKeys();
      reading.oncomplete = () => {
        opening.result.close();
        const photos = (asked.result?.item?.photos ?? []).map(each => each.thumbnail_url);
        resolve(asked.result?.part && photos.every(each => pictures.result.includes(each)));
      };
    };
  });
  return Boolean(active && page && whole && navigator.serviceWorker.controller);
}"""


@pytest.fixture
def inspector(browser: Browser, site: Site) -> Iterator[Phone]:
    with open_phone(browser, site, permissions=["geolocation", "camera"]) as made:
        sign_in(made, "inspector")
        yield made


def resolved(site: Site, metres_north: float, words: str) -> Report:
    """A case that waits for an inspector, so far from where the phone is; its photo is on the disk."""
    place = (HUE["longitude"], HUE["latitude"] + metres_north / 111_000)
    at = datetime.now(UTC) - timedelta(days=1)
    with unit_of_work(site.engine) as session:
        reference = load_reference(session)
        lead = next(code for code in reference.department_by_code)
        report = make_report(session, reference, "resolved", lead=lead, at=at, place=place, description=words)
        report.resolved_at = at
        photo = session.get_one(Photo, make_photo(session, report, "report"))
        photo.public_key = "public/demo/litter-0-before.webp"
        photo.thumbnail_key = "public/demo/litter-0-before-small.webp"
    return report


def steps(site: Site, report_id: UUID) -> list[EventType]:
    with unit_of_work(site.engine) as session:
        query = select(Event.type).where(Event.report_id == report_id, Event.type.startswith("report."))
        return list(session.scalars(query.order_by(Event.id)))[1:]


def stored(site: Site, report: Report) -> Report:
    return site.found(report.code)


def evidence(site: Site, report: Report) -> int:
    with unit_of_work(site.engine) as session:
        query = select(Photo.id).where(Photo.report_id == report.id, Photo.kind == "evidence")
        return len(session.scalars(query).all())


def card(page: Page, report: Report) -> Locator:
    return page.locator(f'[data-list] [data-code="{report.code}"]')


def photo() -> FilePayload:
    return {"name": "sau.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}


def placed(page: Page, report: Report) -> Locator:
    """The case in the list, once the phone knows where it is: then the list is drawn anew."""
    shown = card(page, report)
    expect(shown.locator(".inspect-far")).to_be_visible()
    return shown


def begin(page: Page, report: Report, verdict: str) -> None:
    """Open the case and begin its verdict."""
    placed(page, report).locator("[data-open-case]").click()
    page.locator(f"[data-decide={verdict}]").click()
    expect(page.locator('[data-view="decide"]')).to_be_visible()


def take_a_photo(page: Page) -> None:
    page.set_input_files('[data-view="decide"] [data-file]', files=[photo()])
    expect(page.locator('[data-view="decide"] [data-shots] li')).to_have_count(1)


def decide(page: Page, report: Report, verdict: str, reason: str = "") -> None:
    """Open the case, take a photo, say why, send."""
    begin(page, report, verdict)
    take_a_photo(page)
    if reason:
        page.fill("#i-reason", reason)
    page.locator("[data-decide-send]").click()
    expect(page.locator('[data-view="list"]')).to_be_visible()


def begin_round(inspector: Phone, *reports: Report) -> Page:
    """The page with these cases chosen, once all of it is kept on the phone."""
    page = inspector.open("/inspect")
    for report in reports:
        placed(page, report).locator("[data-pick]").check()
    until(page, lambda: all(page.evaluate(KEPT, report.code) for report in reports))
    return page


def back_online(inspector: Phone, page: Page) -> None:
    inspector.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")


def test_a_round_without_a_network(inspector: Phone, site: Site) -> None:
    done, undone = (resolved(site, metres, f"Vụ cách {metres} m") for metres in (10, 30))
    page = begin_round(inspector, done, undone)
    inspector.context.set_offline(True)
    inspector.go(page, "/inspect")
    expect(page.locator("[data-list-note]")).to_contain_text("đã lưu trên máy")
    page.locator("[data-order=route]").click()
    expect(page.locator("[data-list] > li")).to_have_count(2)
    expect(page.locator("[data-route-total]")).to_contain_text("2 điểm")
    # From where one stands, as soon as that is known.
    expect(page.locator("[data-list] > li").first).to_have_attribute("data-code", done.code)

    placed(page, done).locator("[data-open-case]").click()
    expect(page.locator("[data-case-body]")).to_contain_text("Vụ cách 10 m")
    picture = page.locator("[data-case-body] .photo img").first
    expect(picture).to_be_visible()
    until(page, lambda: picture.evaluate("each => each.src.startsWith('blob:') && each.naturalWidth > 0"))
    page.locator('[data-view="case"] [data-back]').click()

    decide(page, done, "passed")
    decide(page, undone, "failed", "Vẫn còn rác ở góc tường")
    page.locator("[data-new-finding]").click()
    page.locator("#i-kind").select_option(index=1)
    words = f"Thấy thêm trên đường {uuid4()}"
    page.fill("#i-description", words)
    page.set_input_files('[data-view="finding"] [data-file]', files=[photo()])
    expect(page.locator('[data-view="finding"] [data-shots] li')).to_have_count(1)
    page.locator('[data-finding-form] button[type="submit"]').click()
    expect(page.locator("[data-waiting] article")).to_have_count(3)
    assert stored(site, done).status == "resolved"

    back_online(inspector, page)
    expect(page.locator("[data-waiting] article")).to_have_count(0, timeout=30_000)
    assert (stored(site, done).status, stored(site, undone).status) == ("closed", "in_progress")
    assert (steps(site, done.id), steps(site, undone.id)) == (["report.closed"], ["report.sent_back"])
    assert (evidence(site, done), evidence(site, undone)) == (1, 1)
    with unit_of_work(site.engine) as session:
        [inspection] = session.scalars(select(Inspection).where(Inspection.report_id == done.id))
        assert inspection.marks == []
        assert 5 < (inspection.distance_m or 0) < 15
        [found] = session.scalars(select(Report).where(Report.description == words))
        actor, name = session.execute(
            select(Event.actor, Staff.username)
            .join(Staff, Staff.id == Event.staff_id)
            .where(Event.report_id == found.id, Event.type == "report.received")
        ).one()
    assert (actor, name, site.photos(found.code)) == ("staff", "demo.inspector", 1)


def test_an_answer_that_is_lost_makes_no_second_verdict(inspector: Phone, site: Site) -> None:
    """The server stores it and the line breaks before the phone hears of it, twice."""
    report = resolved(site, 12, "Câu trả lời bị mất")
    page = begin_round(inspector, report)
    lost: list[int] = []

    def lose(route: Any) -> None:
        if len(lost) < 2:
            lost.append(route.fetch().status)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/api/v1/inspections", lose)
    decide(page, report, "passed")
    until(page, lambda: len(lost) == 2)  # the list is shown a moment before what waits stands in it
    expect(page.locator("[data-waiting] article")).to_have_count(0, timeout=40_000)
    assert lost == [201, 200]
    assert steps(site, report.id) == ["report.closed"]
    inspector.complaints.clear()


def test_somebody_changed_the_case_meanwhile(inspector: Phone, site: Site) -> None:
    """One conflict is sent anyway, one cannot be: nothing is overwritten before a person decides."""
    touched, closed = resolved(site, 14, "Có người gộp thêm"), resolved(site, 16, "Có người đóng trước")
    page = begin_round(inspector, touched, closed)
    inspector.context.set_offline(True)
    decide(page, touched, "failed", "Chưa dọn hết")
    decide(page, closed, "passed")
    with unit_of_work(site.engine) as session:
        session.execute(update(Report).where(Report.id == touched.id).values(version=Report.version + 1))
        other = session.scalars(select(Staff).where(Staff.username == "demo.inspector")).one()
        actor = Actor(ActorKind.STAFF, staff_id=other.id, role=Role.INSPECTOR, name="Đồng nghiệp")
        move(
            session, session.get_one(Report, closed.id), StatusChange(Status.CLOSED, actor, datetime.now(UTC))
        )
    back_online(inspector, page)

    cards = page.locator('[data-waiting] [data-state="conflict"]')
    expect(cards).to_have_count(2, timeout=30_000)
    assert stored(site, touched).status == "resolved"
    check(page)
    first, second = cards.filter(has_text=touched.code), cards.filter(has_text=closed.code)
    expect(first.locator("[data-slot=mine]")).to_contain_text("Chưa dọn hết")
    expect(second.locator("[data-slot=theirs]")).to_contain_text("Hoàn thành")
    expect(second.locator("[data-act=anyway]")).to_be_hidden()
    first.locator("[data-act=anyway]").click()
    expect(page.locator("[data-waiting] article")).to_have_count(1)
    page.on("dialog", lambda dialog: dialog.accept())
    second.locator("[data-act=drop]").click()
    expect(page.locator("[data-waiting] article")).to_have_count(0)
    assert stored(site, touched).status == "in_progress"
    assert (steps(site, touched.id), steps(site, closed.id)) == (["report.sent_back"], ["report.closed"])


def test_what_did_not_change_is_not_drawn_anew(inspector: Phone, site: Site) -> None:
    """A button that is drawn anew while it is pressed would swallow the press."""
    report = resolved(site, 21, "Đứng yên trong danh sách")
    page = inspector.open("/inspect")
    shown = placed(page, report)
    shown.evaluate("each => { each.dataset.before = '' }")
    other = resolved(site, 23, "Vừa xong thêm một vụ")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(card(page, other)).to_be_visible()
    expect(shown).to_have_attribute("data-before", "")


def test_far_away_needs_a_reason(inspector: Phone, site: Site) -> None:
    report = resolved(site, 4000, "Ở xa")
    page = inspector.open("/inspect")
    begin(page, report, "passed")
    take_a_photo(page)
    page.locator("[data-decide-send]").click()
    expect(page.locator("[data-decide-problem]")).to_have_text("Cần nêu lý do.")
    page.evaluate("scrollTo(0, 0)")  # what lies half under the head is no small target
    check(page)
    page.fill("#i-explanation", "Đường ngập, xem từ bờ bên kia")
    page.locator("[data-decide-send]").click()
    until(page, lambda: stored(site, report).status == "closed")
    with unit_of_work(site.engine) as session:
        [inspection] = session.scalars(select(Inspection).where(Inspection.report_id == report.id))
    assert (inspection.marks, inspection.explanation) == (["far"], "Đường ngập, xem từ bờ bên kia")


def test_the_camera_shows_the_photo_from_before(inspector: Phone, site: Site) -> None:
    report = resolved(site, 18, "Chụp cùng góc")
    page = inspector.open("/inspect")
    begin(page, report, "passed")
    page.locator("[data-start]").click()
    ghost = page.locator('[data-view="decide"] [data-ghost]')
    expect(ghost).to_be_visible()
    assert 0.2 < float(ghost.evaluate("each => getComputedStyle(each).opacity")) < 0.8
    until(page, lambda: page.locator("[data-video]").evaluate("each => each.videoWidth > 0"))
    page.locator("[data-shutter]").click()
    expect(page.locator('[data-view="decide"] [data-shots] li')).to_have_count(1)
    page.locator("[data-decide-send]").click()
    until(page, lambda: stored(site, report).status == "closed")
    with unit_of_work(site.engine) as session:
        [inspection] = session.scalars(select(Inspection).where(Inspection.report_id == report.id))
    assert inspection.marks == []
    assert inspection.photo_at


def test_signed_out_leaves_nothing_of_the_cases(inspector: Phone, site: Site, tmp_path: Path) -> None:
    report = resolved(site, 20, "Không để lại trên máy")
    page = begin_round(inspector, report)
    page.locator(".bar-tools .menu summary").click()
    page.locator('form[action="/logout"] button').click()
    page.wait_for_url(lambda url: "/inspect" not in url)
    until(page, lambda: not page.evaluate("async () => Boolean(await caches.match('/inspect'))"))
    inspector.context.set_offline(True)
    inspector.go(page, "/inspect")
    assert report.code not in page.content()
