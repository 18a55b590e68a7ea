"""Demo cases of numbers that are nobody's, in every stage: repeat offenders, lists with an objection that was
upheld, letters to carriers of which one is late and one was answered with ported numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.demo.advertisements.numbers import OWN_WALLS
from service.demo.advertisements.office import BASIS, Office
from service.demo.advertisements.walls import numbers_of
from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.number_cases.access import NumberCaseWork
from service.domain.number_cases.forms import NewObjection, ObjectionAnswer
from service.domain.number_cases.offence_history import newest_sighting
from service.domain.number_cases.old_lists.imports import keep_old_rows
from service.domain.number_cases.old_lists.sheet import OldListRow
from service.domain.number_cases.publicity.objections import answer_objection, object_to_listing
from service.domain.numbers.telephones import of_e164
from service.models import AdNumber, AdNumberCase, Staff

REPEATING, LISTED, PORTED = 9, 15, 3
CARRIERS = ("viettel", "vnpt")
PLACES = ("Cột điện đầu kiệt", "Tường trường học", "Trạm chờ xe buýt", "Tủ điện trước chợ")


def demo_number_cases(session: Session, reference: Reference, key: bytes, *, at: datetime) -> int:
    """Make the cases unless there are any, for the unit of the demo's department; how many."""
    if session.scalar(select(AdNumberCase.work_id).limit(1)) is not None:
        return 0
    people = {each.username: each for each in session.scalars(select(Staff).where(Staff.demo))}
    drafter, leader = people.get("demo.department"), people.get("demo.manager")
    if drafter is None or leader is None or drafter.department_id is None:
        return 0
    office = Office(session, reference, load_calendar(session, reference), key, drafter, leader, at)
    wanted = [number.e164 for wall in range(OWN_WALLS) for number in numbers_of(wall)]
    query = select(AdNumber).where(AdNumber.e164.in_(wanted), AdNumber.verified_at.is_not(None))
    found = {number.e164: number for number in session.scalars(query)}
    numbers = [found[e164] for e164 in wanted if e164 in found]
    again = _repeat(office, numbers[:REPEATING])
    suspend = _to_suspend(office, numbers[REPEATING : REPEATING + LISTED])
    young = _young(office, numbers[REPEATING + LISTED :])
    _list(office, suspend)
    _ask(office, young, suspend)
    return again + len(suspend) + len(young)


def _repeat(office: Office, numbers: Sequence[AdNumber]) -> int:
    """Close a case of each number eight months ago, and open another of every second one; how many cases."""
    rows = [
        OldListRow(
            at, of_e164(each.e164), office.day(250 + at), PLACES[at % len(PLACES)], None, "Cho vay nhanh"
        )
        for at, each in enumerate(numbers)
    ]
    keep_old_rows(office.ctx(245), rows)
    count = 0
    for at, number in enumerate(numbers):
        case = office.invite(office.open(number, 240), 239, "3/GM-UBND")
        office.step(case, "complied", 225, remedy="Đã gỡ và cam kết không dán", removed=True)
        office.step(case, "closed", 190)
        count += 1
        seen_at = newest_sighting(office.session, number.id)
        again = seen_at is not None and office.calendar.local(seen_at).date() > office.day(225)
        if at % 2 and again:  # of a long history the posters may be older than the case
            office.open(number, 12)
            count += 1
    return count


def _to_suspend(office: Office, numbers: Sequence[AdNumber]) -> list[NumberCaseWork]:
    """Bring numbers so far that carriers are asked to suspend them."""
    cases = [office.invite(office.open(number, 38), 37) for number in numbers]
    return [office.step(case, "to_suspend", 18, "Chủ thuê bao không đến", basis=BASIS) for case in cases]


def _young(office: Office, numbers: Sequence[AdNumber]) -> list[NumberCaseWork]:
    """Open cases that are young: six invited or only opened, one of them fined, then some whose owners
    complied, of whom one was warned; the last numbers wait for a case.
    """
    cases = [office.open(number, 20) for number in numbers[:10]]
    for case in cases[3:]:
        office.invite(case, 16, "21/GM-UBND")
    if len(cases) > 6:
        _sanction(office, cases[5], "31/QĐ-XPHC", 5, 1_500_000)
        _sanction(office, cases[6], "30/QĐ-XPHC", 9)
    for case in cases[6:]:
        office.step(case, "complied", 8, remedy="Đã gỡ và cam kết không dán", removed=True)
    return cases


def _sanction(
    office: Office, case: NumberCaseWork, document: str, days_ago: int, fine: int | None = None
) -> None:
    """Enter that the owner came, and what the chairman decided on the same day."""
    day, basis = office.day(days_ago), "Điều 60, Nghị định 87/2026/NĐ-CP"
    office.step(case, "appeared", days_ago, appeared_on=day, statement="Thuê người dán, không biết dán ở đâu")
    decision = {"document": document, "dated": day, "signer": "Chủ tịch", "basis": basis, "fine_vnd": fine}
    office.step(case, "sanctioned", days_ago, "", **decision)


def _list(office: Office, cases: Sequence[NumberCaseWork]) -> None:
    """Make two lists known; the owner of the last number objects and is right."""
    if not cases:
        return
    half = (len(cases) + 1) // 2
    for part, number, days in ((cases[:half], "20/TB-UBND", 11), (cases[half:], "27/TB-UBND", 6)):
        if part:
            office.publish(part, number, days)
    wrong = of_e164(cases[-1].number.e164).digits
    words = "Tôi mới được cấp số này tháng trước, không dán quảng cáo."
    new = NewObjection(id=uuid4(), number=wrong, words=words, contact="chu.moi@example.org")
    then = office.ctx(3)
    objection = object_to_listing(
        office.session, office.reference, office.calendar, office.key, new, then.now
    )
    answer = ObjectionAnswer(upheld=True, answer="Nhà mạng xác nhận số đã có chủ mới. Đã rút số này.")
    answer_objection(office.ctx(1), objection.id, answer)


def _ask(office: Office, young: Sequence[NumberCaseWork], suspend: Sequence[NumberCaseWork]) -> None:
    """Ask for owners, answered with ported numbers that a draft follows by itself; ask to suspend, which one
    carrier did and another is late with.
    """
    if not all(code in office.reference.department_by_code for code in CARRIERS):
        return
    running = [each for each in young if each.side.complied_on is None]
    if len(running) > PORTED:
        trace = office.ask(CARRIERS[0], "trace", running, 12)
        answers: list[dict[str, object]] = [{"number": each.number.id, "answer": "ours"} for each in running]
        for each in answers[-PORTED:]:
            each |= {"answer": "ported", "ported_to": CARRIERS[1]}
        office.answer(trace, answers, 9)
    if len(suspend) > 1:
        done, late = suspend[: len(suspend) // 3], suspend[len(suspend) // 3 : -1]
        request = office.ask(CARRIERS[0], "suspend", done, 10) if done else None
        answer = {"answer": "ours", "action": "suspended", "action_on": office.day(7)}
        if request is not None:
            office.answer(request, [{"number": each.number.id, **answer} for each in done], 7)
        office.ask(CARRIERS[1], "suspend", late, 15)
