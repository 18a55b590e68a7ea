"""People who watch a place or a ward hear of a public clean-up there, once in a week."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.cleanups.near import NEAR, tell_near
from service.domain.notices.letters import read_letters
from service.models import Message, Subscription
from service.models.notices.notice import MessageState
from service.sending.compose import Composer
from tests.support.cleanups.stage import MORNING, CleanupStage
from tests.support.people import KEY, Cast
from tests.support.small_city import NOON

HERE = {"lon": 107.58, "lat": 16.43}


def watch(session: Session, who: str, lon: float = 107.58, lat: float = 16.43, **said: object) -> None:
    """Somebody has an alert: of a ward, or of 500 m around a place."""
    wish = Subscription(
        channel="email", recipient=f"{who}@vidu.vn", created_at=NOON, confirmed_at=NOON, **said
    )
    if "ward_code" not in said and "report_id" not in said:
        point = func.ST_SetSRID(func.ST_MakePoint(lon, lat), 4326)
        wish.lon, wish.lat, wish.radius_m = lon, lat, 500
        wish.zone = session.scalar(select(func.geometry(func.ST_Buffer(func.geography(point), 500))))
    session.add(wish)
    session.flush()


def test_who_watches_the_place_or_the_ward_is_told_once_in_a_week(
    session: Session, reference: Reference, cast: Cast
) -> None:
    stage = CleanupStage(session, reference)
    ids = {code: each.id for code, each in reference.category_by_code.items()}
    found = stage.announce(cast.other_department, location=HERE)
    assert found.work.ward_id is not None
    ward = reference.wards[found.work.ward_id].code
    watch(session, "here", pace="daily")
    watch(session, "here", ward_code=ward, pace="daily")
    watch(session, "ward", ward_code=ward)
    watch(session, "litter", category_id=ids["litter"])
    watch(session, "cables", category_id=ids["hanging_cable"])
    watch(session, "far", lon=107.5)
    watch(session, "never", pace="never")
    watch(session, "elsewhere", ward_code="nowhere")
    stage.make(cast.other_department, location=HERE)
    stage.announce(cast.other_department, open_to="units", location=HERE)

    def tell() -> int:
        return tell_near(session, reference, ("email",), stage.now)

    assert (tell(), tell()) == (3, 0)
    assert stage.told(NEAR) == ["here@vidu.vn", "litter@vidu.vn", "ward@vidu.vn"]
    about = select(Message.recipient, Message.state).where(Message.notice == NEAR)
    assert {row[0]: row[1] for row in session.execute(about)}["here@vidu.vn"] == "collected"
    row = session.scalars(select(Message).where(Message.recipient == "ward@vidu.vn")).one()
    [letter] = read_letters(session, reference, [row.id], stage.now)
    sent = Composer(reference, "https://vidu.vn", KEY).compose(letter)
    assert sent.link == f"https://vidu.vn/cleanups/{found.work.code}"
    assert found.work.title in sent.subject
    assert found.side.meet_words in sent.text
    assert "/n/" in sent.one_click

    row.state = MessageState.SENT
    session.flush()
    later = {"starts_at": MORNING + timedelta(days=9), "ends_at": MORNING + timedelta(days=9, hours=1)}
    times = {name: value.isoformat() for name, value in later.items()}
    stage.at(NOON + timedelta(days=3))
    stage.announce(cast.other_department, location=HERE, **times)
    assert tell() == 0, "of the second in the same week nobody hears"
    stage.at(NOON + timedelta(days=8))
    third = stage.announce(cast.other_department, location=HERE, **times)
    assert tell() == 3
    stage.take(cast.other_department, third, "cancelled", reason="Bão")
    states = select(Message.state).where(Message.work_id == third.work.id, Message.notice == NEAR)
    assert set(session.scalars(states)) == {"dropped"}
