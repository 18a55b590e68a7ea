"""Praise is for everybody, criticism and all that is about a person never leaves the unit."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.cleanups.praise.commendations import (
    NewCommendation,
    give_commendation,
    withdraw_commendation,
)
from service.domain.cleanups.praise.praise_views import PraiseItem, list_commendations, list_praise
from service.domain.people.staff import NewAccount, actor_for, add_account
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.models import Commendation, Movement, MovementState, WorkStatus
from tests.support.cleanups.stage import CleanupStage, add_cleanup_photo
from tests.support.people import Cast, Person, password_hash


class PraiseStage(CleanupStage):
    """One city whose leaders praise."""

    def give(self, person: Person, /, **said: object) -> Commendation:
        """Somebody praises, or criticises."""
        body = {"id": str(uuid4()), "unit": "ward-W2", "form": "praise", "words": "Gọi 0905123456", **said}
        return give_commendation(self.ctx(person), NewCommendation.model_validate(body))[0]

    def public(self) -> list[PraiseItem]:
        """What everybody reads."""
        return list_praise(self.session, self.reference)


@pytest.fixture
def stage(session: Session, reference: Reference) -> PraiseStage:
    return PraiseStage(session, reference)


def test_praise_has_the_photo_and_one_figure_of_its_clean_up(stage: PraiseStage, cast: Cast) -> None:
    chief = add_person(stage, "manager")
    found = stage.announce(cast.other_department)
    found.work.status, found.side.people, found.side.kg = WorkStatus.DONE, 25, 320
    photo = add_cleanup_photo(stage.session, found.work)
    photo.published = True
    row = stage.give(chief, cleanup=found.work.code, decision="12/QĐ-UBND")
    [told] = stage.public()
    assert (told.figure, told.photo, told.cleanup) == ((320, "kg"), photo.public_key, found.work.code)
    assert "0905123456" not in told.words
    photo.published = False
    stage.session.flush()
    assert stage.public()[0].photo == "", "a photo that is not public is not shown here either"
    withdraw_commendation(stage.ctx(chief), row.id)
    assert stage.public() == []


def test_praise_names_a_movement_in_which_the_unit_took_part(stage: PraiseStage) -> None:
    chief, units = add_person(stage, "manager"), stage.reference.department_by_code
    facts = {"title": "Thi đua", "issuer_id": units["city-cables"].id, "created_at": stage.now}
    days = {"first": date(2026, 1, 1), "last": date(2026, 6, 30)}
    pools = [{"name": "Phường", "units": [units["ward-W2"].id]}]
    movement = Movement(**facts, **days, pools=pools, state=MovementState.OPEN)
    stage.session.add(movement)
    stage.session.flush()
    assert stage.give(chief, movement=movement.id).movement_id == movement.id
    for number, unit in ((movement.id, "ward-W1"), (2_000_000_000, "ward-W2")):
        with pytest.raises(Invalid):
            stage.give(chief, movement=number, unit=unit)


def test_criticism_and_persons_are_never_public(stage: PraiseStage, cast: Cast) -> None:
    chief, leader = add_person(stage, "manager"), cast.other_manager
    member = cast.other_department.account
    for form in ("reminder", "criticism"):
        with pytest.raises(Invalid):
            stage.give(chief, form=form, public=True)
        stage.give(chief, form=form)
    with pytest.raises(Invalid):
        stage.give(chief, person=member.username, public=True)
    stage.give(chief, person=member.username)
    with pytest.raises(Invalid):
        stage.give(chief, person=cast.department.account.username)
    with pytest.raises(Forbidden):
        stage.give(chief, person=member.username, form="criticism")
    stage.give(leader, person=member.username, form="criticism", words="Vắng mặt")
    assert stage.public() == []

    def reads(person: Person) -> set[tuple[str, str]]:
        found = list_commendations(stage.session, stage.reference, person.actor)
        return {(each.form, each.person) for each in found}

    of_unit = {("reminder", ""), ("criticism", "")}
    assert reads(cast.department) == set(), "another unit learns of nothing"
    assert reads(cast.executor) == set()
    of_person = {("criticism", member.name), ("praise", member.name)}
    assert reads(cast.other_department) == of_unit | of_person
    assert reads(leader) == of_unit | of_person
    assert reads(chief) == of_unit
    colleague = add_person(stage, "department", "ward-W2")
    assert reads(colleague) == of_unit


def test_the_table_itself_keeps_criticism_inside(stage: PraiseStage, cast: Cast) -> None:
    row = stage.give(cast.other_manager, form="criticism")
    with pytest.raises(IntegrityError), stage.session.begin_nested():
        stage.session.execute(update(Commendation).where(Commendation.id == row.id).values(public=True))


def test_who_leads_neither_unit_nor_one_above_gives_nothing(stage: PraiseStage, cast: Cast) -> None:
    chief, leader = add_person(stage, "manager"), cast.other_manager
    for person in (
        cast.manager,
        cast.other_department,
        cast.triage,
        cast.inspector,
        cast.administrator,
        cast.executor,
    ):
        with pytest.raises(Forbidden):
            stage.give(person)
    with pytest.raises(Forbidden):
        stage.give(leader, unit="city-cables")
    with pytest.raises(Invalid):
        stage.give(chief, decided_on=(stage.now + timedelta(days=2)).date().isoformat())
    same = str(uuid4())
    assert stage.give(chief, id=same).id == stage.give(chief, id=same).id
    with pytest.raises(Conflict):
        stage.give(chief, id=same, words="Khác")
    with pytest.raises(NotFound):
        withdraw_commendation(stage.ctx(chief), uuid4())
    inside = stage.give(chief, unit="city-cables", form="reminder")
    with pytest.raises(NotFound):
        withdraw_commendation(stage.ctx(leader), inside.id)


def add_person(stage: PraiseStage, role: str, department: str | None = None) -> Person:
    """Somebody else: of the city, or of a unit."""
    new = NewAccount(username=f"o{uuid4().hex[:8]}", name=f"Cán bộ {role}", role=role, department=department)
    account = add_account(stage.session, stage.reference, new, password_hash(), at=stage.now)
    return Person(account, actor_for(account, stage.reference))
