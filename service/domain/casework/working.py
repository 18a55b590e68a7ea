"""Working on a case: accept, ask the reporter, resume, resolve."""

from __future__ import annotations

from service.domain.casework.case import Case
from service.domain.casework.parts import store_supports, wished
from service.domain.casework.timing import Fact, retimed
from service.domain.privacy.publication import set_published
from service.models import Event


def accept(case: Case) -> Event:
    """The lead department takes the case on, and says who helps and who carries it out."""
    parts = wished(case)
    if case.category.publication == "after_triage":
        set_published(case.session, case.report, True, actor=case.actor, now=case.now)
    event = case.walk({**parts.columns(), "holder_id": case.actor.staff_id}, parts.told())
    store_supports(case, parts)
    return event


def ask(case: Case) -> Event:
    """Ask the reporter for something; the reason is the question. The clock stands until it is answered."""
    return case.walk()


def resume(case: Case) -> Event:
    """Go on: the deadline moves by the time that was waited."""
    moved = retimed(case.session, case.reference, case.report, Fact("report.resumed", case.now, case.wish.to))
    return case.walk(moved)


def resolve(case: Case) -> Event:
    """Say that it is done, with evidence where the category wants it."""
    return case.walk(evidence_required=case.category.evidence_required)
