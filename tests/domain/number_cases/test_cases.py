"""A number counts once two independent witnesses say it, and its owner is invited before anything else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from service.domain.indicators.values import count_behind, count_units
from service.domain.indicators.works import works_behind
from service.domain.number_cases.access import find_case
from service.domain.number_cases.cases import open_number_case
from service.domain.number_cases.forms import NewCase
from service.domain.number_cases.offence_history import year_after
from service.domain.number_cases.views import list_register, number_story
from service.domain.numbers.extraction import NumberReading
from service.domain.numbers.proposals import propose_readings
from service.domain.numbers.sightings import SightingDecision, decide_sighting
from service.domain.numbers.telephones import telephone
from service.domain.queries.manage.periods import period_containing
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.models import AdNumberCase, Photo, Report, Sighting, WorkStatus
from tests.support.factories import make_photo
from tests.support.numbers.stage import BASIS, DIGITS, FAR_OFF, NumbersStage
from tests.support.people import Cast
from tests.support.small_city import IN_W2

QUAD = ((10.0, 10.0), (90.0, 10.0), (90.0, 30.0), (10.0, 30.0))


def read(stage: NumbersStage, cast: Cast, said: str) -> bool:
    """Whether a number is verified that the reader found on one report, whose sender wrote `said`."""
    report = stage.ad(attributes={"phone": said})
    photo = make_photo(stage.session, report, "report")
    number = telephone(DIGITS)
    assert number is not None
    reading = NumberReading(number, QUAD, DIGITS, 0.97)
    propose_readings(stage.session, photo, [reading], (100, 50), now=stage.now)
    sighting = stage.session.scalars(select(Sighting.id).where(Sighting.photo_id == photo)).one()
    body = SightingDecision(state="confirmed")
    decide_sighting(stage.session, cast.triage.asker, sighting, body, now=stage.now)
    return stage.number().verified_at is not None


def test_one_report_is_not_enough_and_a_second_sender_elsewhere_is(stage: NumbersStage, cast: Cast) -> None:
    assert stage.see(cast.triage).verified_at is None
    assert stage.see(cast.triage).verified_at is None, "at the same place it may be the same poster"
    assert stage.see(cast.triage, place=FAR_OFF).verified_at is not None


def test_the_same_sender_twice_is_one_witness(stage: NumbersStage, cast: Cast) -> None:
    device = b"d" * 16
    stage.see(cast.triage, device_hash=device)
    assert stage.see(cast.triage, place=FAR_OFF, device_hash=device).verified_at is None
    assert stage.see(cast.triage, place=IN_W2, device_hash=None, address_hash=None).verified_at is None


@pytest.mark.parametrize(("said", "verified"), [(DIGITS, True), ("", False), ("0951234508", False)])
def test_reader_and_sender_who_agree_are_two(
    stage: NumbersStage, cast: Cast, said: str, verified: bool
) -> None:
    assert read(stage, cast, said) is verified


def test_a_number_read_after_it_was_typed_and_confirmed_counts_then(stage: NumbersStage, cast: Cast) -> None:
    number = stage.see(cast.triage, attributes={"phone": DIGITS})
    report = stage.session.scalars(select(Report).join(Sighting, Sighting.report_id == Report.id)).one()
    sighting = stage.session.scalars(select(Sighting)).one()
    sighting.by = "reporter"  # type: ignore[assignment]
    told = telephone(DIGITS)
    assert told is not None
    photo = stage.session.get_one(Photo, make_photo(stage.session, report, "report"))
    propose_readings(stage.session, photo.id, [NumberReading(told, QUAD, DIGITS, 0.9)], (9, 9), now=stage.now)
    stage.session.refresh(number)
    assert number.verified_at is not None


@pytest.mark.parametrize(("who", "metres", "verified"), [
    ("inspector", None, True),
    ("inspector", 400.0, False),
    ("department", 20.0, True),
    ("department", None, False),
])  # fmt: skip
def test_a_photo_taken_on_the_spot_is_enough(
    stage: NumbersStage, cast: Cast, who: str, metres: float | None, verified: bool
) -> None:
    number = stage.on_the_spot(cast.everyone()[who], metres)
    assert (number.verified_at is not None) is verified


def test_a_sighting_that_was_wrong_takes_its_witness_away(stage: NumbersStage, cast: Cast) -> None:
    stage.verified(cast.triage)
    sighting = stage.session.scalars(select(Sighting.id).order_by(Sighting.id)).first()
    assert sighting is not None
    wrong = SightingDecision(state="refused")
    decide_sighting(stage.session, cast.triage.asker, sighting, wrong, now=stage.now)
    assert stage.number().verified_at is None


def test_a_case_is_opened_by_who_leads_and_only_once(stage: NumbersStage, cast: Cast) -> None:
    number = stage.see(cast.triage)
    with pytest.raises(Conflict, match="hai nguồn"):
        stage.open(cast.department, number)
    stage.verified(cast.triage)
    with pytest.raises(NotFound):
        stage.open(cast.other_department, number)
    with pytest.raises(Forbidden):
        stage.open(cast.triage, number)
    body = NewCase(id=uuid4())
    found, new = open_number_case(stage.ctx(cast.department), number.id, body)
    again, twice = open_number_case(stage.ctx(cast.department), number.id, body)
    assert (new, twice, again.work.id) == (True, False, found.work.id)
    assert DIGITS[4:7] not in found.work.title
    with pytest.raises(Conflict, match="đang có hồ sơ"):
        stage.open(cast.department, number)
    assert stage.types(found.work) == ["number.opened"]


def test_the_owner_is_invited_with_five_working_days(stage: NumbersStage, cast: Cast) -> None:
    found = stage.open(cast.department, stage.verified(cast.triage))
    with pytest.raises(Conflict, match="mời chủ thuê bao trước"):
        stage.go(cast.manager, found, "to_suspend", basis=BASIS)
    for missing in ("document", "dated", "appear_by"):
        said = {"document": "12/GM", "dated": "2026-03-04", "appear_by": "2026-03-11"}
        del said[missing]
        with pytest.raises(Invalid) as refused:
            stage.go(cast.department, found, "invited", **said)
        assert refused.value.errors[0].loc[-1] == missing
    with pytest.raises(Invalid) as early:
        stage.go(
            cast.department, found, "invited", document="12/GM", dated="2026-03-04", appear_by="2026-03-10"
        )
    assert early.value.errors[0].loc[-1] == "appear_by"
    stage.go(cast.department, found, "invited", document="12/GM", dated="2026-03-04", appear_by="2026-03-11")
    with pytest.raises(Invalid) as hasty:
        stage.go(cast.department, found, "to_suspend", basis=BASIS)
    assert hasty.value.errors[0].loc[-1] == "reason"
    stage.at(datetime(2026, 3, 12, 2, tzinfo=UTC))
    with pytest.raises(Invalid):
        stage.go(cast.department, found, "to_suspend")
    assert stage.go(cast.department, found, "to_suspend", basis=BASIS).work.status == WorkStatus.TO_SUSPEND


def live(stage: NumbersStage, cast: Cast, until: datetime) -> AdNumberCase:
    """A case that was closed then."""
    found = stage.open(cast.department, stage.verified(cast.triage))
    stage.go(cast.department, found, "invited", document="1/GM", dated="2026-03-04", appear_by="2026-03-11")
    stage.go(cast.department, found, "complied", remedy="Đã gỡ", removed=True)
    stage.at(until)
    stage.go(cast.department, found, "closed")
    return found.side


@pytest.mark.parametrize(("day", "offence"), [((2027, 2, 5), 2), ((2027, 3, 10), 2), ((2027, 3, 20), 1)])
def test_a_year_is_remembered_to_the_day(
    stage: NumbersStage, cast: Cast, day: tuple[int, int, int], offence: int
) -> None:
    assert not live(stage, cast, datetime(2026, 3, 10, 3, tzinfo=UTC)).running
    stage.at(datetime(*day, 3, tzinfo=UTC))
    number = stage.number()
    with pytest.raises(Conflict, match="quảng cáo mới"):
        stage.open(cast.department, number)
    number = stage.see(cast.triage, place=IN_W2)
    [told] = list_register(stage.ctx(cast.department), "todo")
    assert told.next_offence == offence
    found = stage.open(cast.department, number)
    assert found.side.offence == offence
    if offence == 2:
        with pytest.raises(Forbidden):
            stage.go(cast.department, found, "to_suspend", basis=BASIS)
        assert stage.go(cast.manager, found, "to_suspend", basis=BASIS).work.status == "to_suspend"


def test_complying_needs_every_place_cleared(stage: NumbersStage, cast: Cast) -> None:
    found = stage.open(cast.department, stage.verified(cast.triage))
    stage.go(cast.department, found, "invited", document="1/GM", dated="2026-03-04", appear_by="2026-03-11")
    with pytest.raises(Invalid) as left:
        stage.go(cast.department, found, "complied", remedy="Đã gỡ")
    assert left.value.errors[0].loc[-1] == "photos"
    for report in stage.session.scalars(select(Report)):
        report.status = "resolved"  # type: ignore[assignment]
    stage.session.flush()
    assert stage.go(cast.department, found, "complied", remedy="Đã gỡ").side.complied_on == date(2026, 3, 4)


def test_several_wards_are_the_citys_and_others_know_nothing(stage: NumbersStage, cast: Cast) -> None:
    number = stage.verified(cast.triage)
    found = stage.open(cast.department, number)
    story = number_story(stage.ctx(cast.department), number.id)
    assert [each.code for each in story.cases] == [found.work.code]
    assert not story.may_open
    for name in ("other_department", "executor", "administrator"):
        with pytest.raises(NotFound):
            number_story(stage.ctx(cast.everyone()[name]), number.id)
        with pytest.raises(NotFound):
            find_case(stage.session, cast.everyone()[name].actor, found.work.code)


def test_a_number_of_several_wards_is_the_citys_to_lead(stage: NumbersStage, cast: Cast) -> None:
    config = stage.reference.config
    terms = config.numbers.model_copy(update={"department": "ward-W2", "wards": 2})
    object.__setattr__(stage.reference, "config", config.model_copy(update={"numbers": terms}))
    number = stage.verified(cast.triage)
    with pytest.raises(NotFound):
        stage.open(cast.other_department, number)
    wards = sorted(stage.reference.wards)
    stage.see(cast.triage, ward_id=wards[0])
    number = stage.see(cast.triage, place=IN_W2, ward_id=wards[1])
    [told] = list_register(stage.ctx(cast.other_department), "todo")
    assert (told.wards, told.proposed_lead) == (2, {"code": "ward-W2", "name": "Đơn vị ward-W2"})
    found = stage.open(cast.other_department, number)
    assert found.work.lead_id == stage.unit("ward-W2")


def test_a_leap_day_is_remembered_till_the_end_of_february() -> None:
    assert year_after(date(2024, 2, 29)) == date(2025, 2, 28)


def test_cases_are_counted_with_the_list_behind_each_figure(stage: NumbersStage, cast: Cast) -> None:
    first = stage.open(cast.department, stage.verified(cast.triage))
    stage.go(cast.department, first, "invited", document="1/GM", dated="2026-03-04", appear_by="2026-03-11")
    stage.go(cast.department, first, "complied", remedy="Đã gỡ", removed=True)
    dropped = stage.open(cast.department, stage.verified(cast.triage, "0951234599"))
    stage.go(cast.manager, dropped, "dropped", "Không phải chủ số")
    stage.at(stage.now + timedelta(days=10))
    stage.go(cast.department, first, "closed")
    stage.see(cast.triage)
    stage.open(cast.department, stage.number())
    stage.session.flush()
    month = period_containing("month", date(2026, 3, 1))
    unit = stage.unit("city-cables")
    counts = count_units(stage.session, stage.reference, [unit], month, stage.now)[unit]
    for code, count in (
        ("number_cases", 2),
        ("number_cases_complied", 1),
        ("number_cases_repeated", 1),
    ):
        assert counts.works[code] == count
        asked = stage.reference, code, unit, month, stage.now
        assert count_behind(stage.session, *asked) == count
        behind = works_behind(
            stage.session, stage.reference, cast.department.actor, code, unit, month, stage.now
        )
        assert len(behind.items) == behind.number == count
        assert all(DIGITS not in each.title for each in behind.items)
