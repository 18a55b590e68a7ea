"""Recipients of an event and their channels: reporter, followers, subscribers and colleagues."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, literal, or_, select, union_all
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.notices.channels import Address, Channels, contact_addresses
from service.domain.notices.kinds import AT_ONCE, Notice, StaffNotice
from service.domain.notices.preferences import staff_key
from service.domain.people.devices import signed_in_devices
from service.domain.people.staff import wards_of_account
from service.models import (
    Contact,
    Event,
    Follower,
    NoticeAudience,
    NoticeChannel,
    ReceptionChannel,
    Report,
    Role,
    Staff,
    Subscription,
)

IN_CHATS = (NoticeChannel.ZALO, NoticeChannel.FACEBOOK)
"""Channels to which one subscribes by a conversation alone."""

_STAFF = NoticeAudience.STAFF
_BIGGEST_FAMILY = 1000
"""The most duplicates of one report whose senders are told of its steps."""
_NAMED_IN = {"given": "holder_id", "asker": "asked_by"}
"""Circles of one person, and the key of the event's private data that names them."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Person on a channel. `own` is the report whose reporter's secret opens the page for them.

    `instead` is their own report, where that of the event is none of theirs to know: a duplicate's sender is
    told how it stands, in the words of the duplicate alone.
    """

    channel: NoticeChannel
    recipient: str
    audience: NoticeAudience
    language: str
    pace: str = AT_ONCE
    own: UUID | None = None
    instead: UUID | None = None
    follower_id: UUID | None = None
    device_id: UUID | None = None
    subscription_id: UUID | None = None
    staff_id: int | None = None

    @property
    def key(self) -> Address:
        """Return the address under which their choices are kept."""
        return self.channel, staff_key(self.staff_id) if self.staff_id is not None else self.recipient


@dataclass(frozen=True, slots=True)
class Concerned:
    """Ids of the colleagues an event concerns, and the addresses at which they, or their units, are told."""

    staff_ids: Sequence[int]
    recipients: Sequence[Recipient]


def citizens(
    session: Session, channels: Channels, report: Report, event: Event, notice: Notice
) -> list[Recipient]:
    """Return whom an event of a report is told among citizens: its reporter first, then followers, each
    address once; never who acted. Who chats is told in the conversation, and by their contact only what
    cannot be told there (`talks/next_way.py`); the code they were told as the report was stored.
    """
    found: list[Recipient] = []
    subscribers = list(_subscribers(session, channels, report, vital=notice.vital))
    chats = any(each.own == report.id and each.channel in IN_CHATS for each in subscribers)
    if notice.reporter and event.actor != "reporter" and not chats:
        alone = notice.alone and not any(each.own == report.id for each in subscribers)
        vital = notice.vital or _by_phone(report, notice)
        found += _reporter(session, channels, report, vital=vital, alone=alone)
    hears_all = notice.followers and event.public
    if hears_all:
        chatting = {each.own for each in subscribers if each.own and each.channel in IN_CHATS}
        found += _followers(session, channels, report, chatting, vital=notice.vital)
    for each in subscribers:
        own = each.audience == NoticeAudience.REPORTER
        if (own and notice.reporter and event.actor != "reporter") or (not own and hears_all):
            found.append(each)
    if notice.followers and not report.published:
        found = [each for each in found if each.audience != NoticeAudience.FOLLOWER or each.own is None]
        found += _merged_reporters(session, channels, report, vital=notice.vital)
    if notice.name == "received":
        found = [each for each in found if each.channel not in IN_CHATS]
    return list({(each.channel, each.recipient): each for each in reversed(found)}.values())[::-1]


def _by_phone(report: Report, notice: Notice) -> bool:
    """Return whether the notice is vital: who called has no page of their own and is told their code."""
    return notice.name == "received" and report.channel == ReceptionChannel.PHONE


def _reporter(
    session: Session, channels: Channels, report: Report, *, vital: bool, alone: bool = False
) -> Iterator[Recipient]:
    """Yield the reporter by what they left; with `alone` by what is kept for vital things, if it is all."""
    contact = session.get(Contact, report.id)
    if contact is None or contact.erased_at is not None:
        return
    reached = list(contact_addresses(channels, contact, vital=vital))
    if alone and not reached:
        reached = list(contact_addresses(channels, contact))
    for name, address in reached:
        yield Recipient(name, address, NoticeAudience.REPORTER, report.language, own=report.id)


def _followers(
    session: Session, channels: Channels, report: Report, chatting: Collection[UUID], *, vital: bool
) -> Iterator[Recipient]:
    """Yield the followers of a report; those of a merged duplicate too, who are told of the merging by it.

    `chatting` are reports whose senders are told in a conversation: the contact that came over is theirs.
    """
    mine = or_(Follower.report_id == report.id, Follower.merged_from_id == report.id)
    for each in session.scalars(select(Follower).where(mine).order_by(Follower.created_at, Follower.id)):
        if each.merged_from_id in chatting and not each.body_hash:
            continue
        for name, address in contact_addresses(channels, each, vital=vital):
            yield Recipient(name, address, NoticeAudience.FOLLOWER, each.language, follower_id=each.id)


def _merged_reporters(
    session: Session, channels: Channels, report: Report, *, vital: bool
) -> Iterator[Recipient]:
    """Yield the senders of the report's duplicates, each by their own report: in their conversation, else by
    their contact.
    """
    merged = select(Report).where(Report.duplicate_of_id == report.id).order_by(Report.created_at, Report.id)
    for each in session.scalars(merged.limit(_BIGGEST_FAMILY)).all():
        subscribed = _subscribers(session, channels, each, vital=vital)
        chats = [one for one in subscribed if one.own == each.id and one.channel in IN_CHATS]
        for person in chats or _reporter(session, channels, each, vital=vital):
            yield replace(person, instead=each.id)


def _subscribers(session: Session, channels: Channels, report: Report, *, vital: bool) -> Iterator[Recipient]:
    merged = select(Report.id).where(Report.duplicate_of_id == report.id).limit(_BIGGEST_FAMILY)
    family = union_all(select(literal(report.id)), merged)
    # Who asked for a channel that the installation has no more is told as if they had not.
    usable = [each.name for each in channels.values() if vital or not each.vital_only]
    query = select(Subscription).where(
        Subscription.report_id.in_(family),
        Subscription.confirmed_at.is_not(None),
        Subscription.channel.in_(usable),
    )
    for each in session.scalars(query.order_by(Subscription.created_at, Subscription.id)):
        own = each.reporter and each.report_id == report.id
        yield Recipient(
            each.channel,
            each.recipient,
            NoticeAudience.REPORTER if own else NoticeAudience.FOLLOWER,
            each.language,
            pace=each.pace,
            own=each.report_id if each.reporter else None,
            follower_id=each.follower_id,
            device_id=each.device_id,
            subscription_id=each.id,
        )


def colleagues(
    session: Session,
    channels: Channels,
    reference: Reference,
    report: Report,
    event: Event,
    notice: StaffNotice,
    now: datetime,
) -> Concerned:
    """Return the active colleagues in the circles the notice names, by e-mail and browser; never who acted.

    A department none of whose people has an address is told at its own; where the circles hold nobody, those
    of `otherwise` hear of it.
    """
    people: dict[int, Staff] = {}
    units: list[Recipient] = []
    for circle in notice.to:
        found_here = _circle(session, reference, report, event, circle)
        for person in found_here:
            people.setdefault(person.id, person)
        if not _reachable(session, found_here, now):
            units += _unit_mail(reference, _unit_ids(report, event, circle), notice)
    if not people and notice.otherwise:
        people = {each.id: each for each in _circle(session, reference, report, event, notice.otherwise)}
    people.pop(event.staff_id or 0, None)
    found = addresses_of(session, channels, people.values(), now, pace=notice.pace)
    return Concerned(list(people), [*found, *units])


def addresses_of(
    session: Session, channels: Channels, people: Iterable[Staff], now: datetime, *, pace: str = AT_ONCE
) -> list[Recipient]:
    """Return where each colleague is told: by the channels for staff, and on browsers they signed in on."""
    by_id = {each.id: each for each in people}
    for_staff = {name: channel for name, channel in channels.items() if channel.staff}
    found = [
        Recipient(name, address, _STAFF, each.language, pace=pace, staff_id=each.id)
        for each in by_id.values()
        for name, address in contact_addresses(for_staff, each)
    ]
    for device in signed_in_devices(session, list(by_id), now):
        person = by_id[device.staff_id or 0]
        browser = Recipient(NoticeChannel.PUSH, str(device.id), _STAFF, person.language, pace=pace)
        found.append(replace(browser, device_id=device.id, staff_id=person.id))
    return found


def _circle(
    session: Session, reference: Reference, report: Report, event: Event, circle: str
) -> Sequence[Staff]:
    private = event.private or {}
    if circle == "mentioned":
        ids = [each for each in private.get("mentions", ()) if isinstance(each, int)]
        return active_staff(session, Staff.id.in_(ids)) if ids else ()
    if circle == "named":
        return _named(session, reference, report, private.get("recipients", ()))
    if circle in _NAMED_IN:
        given = private.get(_NAMED_IN[circle])
        return active_staff(session, Staff.id == given) if isinstance(given, int) else ()
    if circle == "triage":
        return active_staff(session, Staff.role == Role.TRIAGE)
    if circle == "executor":
        return _of(session, Role.EXECUTOR, report.executor_id)
    if circle in ("supports", "released"):
        units = _unit_ids(report, event, circle)
        return [each for unit in units for each in _department(session, reference, unit)]
    if circle == "managers":
        return managers_of(session, reference, report.lead_id, report.ward_id)
    if circle == "holder" and report.holder_id is not None:
        return active_staff(session, Staff.id == report.holder_id)
    return _department(session, reference, report.lead_id)


def triage_desk(reference: Reference) -> list[Recipient]:
    """Return the address of the department that coordinates (`triage_department`), for when its people have
    none.
    """
    desk = reference.department_by_code.get(reference.config.triage_department)
    return _unit_mail(reference, [desk.id] if desk else [], None)


def _unit_ids(report: Report, event: Event, circle: str) -> list[int]:
    """Return the departments that a circle of people stands for; those `released` need help no longer."""
    if circle == "released":
        return [each for each in (event.private or {}).get("released", ()) if isinstance(each, int)]
    if circle == "supports":
        return list(report.support_ids)
    if circle in ("lead", "holder", "executor"):
        unit = report.executor_id if circle == "executor" else report.lead_id
        return [unit] if unit is not None else []
    return []


def _unit_mail(
    reference: Reference, department_ids: Sequence[int], notice: StaffNotice | None
) -> list[Recipient]:
    """Return the departments' own addresses; that of the next one above where one has none."""
    found = []
    for each in department_ids:
        unit = reference.departments.get(each)
        while unit is not None and not unit.email:
            unit = reference.departments.get(unit.parent_id or 0)
        if unit is not None and unit.email:
            pace = notice.pace if notice else AT_ONCE
            found.append(Recipient(NoticeChannel.EMAIL, unit.email.lower(), _STAFF, "vi", pace=pace))
    return list({each.recipient: each for each in found}.values())


def _reachable(session: Session, people: Sequence[Staff], now: datetime) -> bool:
    """Return whether anybody of these people has an e-mail address or a browser that is told."""
    if any(each.email for each in people):
        return True
    return bool(signed_in_devices(session, [each.id for each in people], now))


def _named(
    session: Session, reference: Reference, report: Report, named: Sequence[dict[str, str | None]]
) -> list[Staff]:
    """Return the accounts that an event of the report names, as `{"role", "department"}`."""
    found: list[Staff] = []
    for each in named:
        code = each.get("department")
        view = reference.department_by_code.get(code) if code else None
        if code and view is None:
            continue
        if each.get("role") == Role.MANAGER and view is not None:
            found += managers_of(session, reference, view.id, report.ward_id)
        elif each.get("role") == Role.MANAGER:
            found += _city_managers(session, reference, report.ward_id)
        elif each.get("role") == Role.DEPARTMENT and view is not None:
            found += _department(session, reference, view.id)
        else:
            found += _of(session, Role(each["role"] or ""), view.id if view else None)
    return found


def _department(session: Session, reference: Reference, department_id: int | None) -> Sequence[Staff]:
    """Return the people of the department; of the next one above where it has none."""
    while department_id is not None:
        if found := _of(session, Role.DEPARTMENT, department_id):
            return found
        department_id = reference.departments[department_id].parent_id
    return ()


def managers_of(
    session: Session, reference: Reference, department_id: int | None, ward_id: int | None = None
) -> Sequence[Staff]:
    """Return the managers of a department and of those above it, else the city's, and of the wards that this
    one is among.
    """
    above: list[int] = []
    while department_id is not None:
        above.append(department_id)
        department_id = reference.departments[department_id].parent_id
    own = active_staff(session, Staff.role == Role.MANAGER, Staff.department_id.in_(above)) if above else ()
    return own or _city_managers(session, reference, ward_id)


def _city_managers(session: Session, reference: Reference, ward_id: int | None) -> list[Staff]:
    """Return the managers of the whole city, and those of a group of wards that this one is in."""
    bounds = [(each, wards_of_account(each, reference)) for each in _of(session, Role.MANAGER, None)]
    return [each for each, wards in bounds if wards is None or ward_id in wards]


def _of(session: Session, role: Role, department_id: int | None) -> Sequence[Staff]:
    return active_staff(session, Staff.role == role, Staff.department_id.is_not_distinct_from(department_id))


def active_staff(session: Session, *conditions: ColumnElement[bool]) -> Sequence[Staff]:
    """Return the active accounts that meet every condition on `Staff`, by id."""
    return session.scalars(select(Staff).where(Staff.active, *conditions).order_by(Staff.id)).all()
