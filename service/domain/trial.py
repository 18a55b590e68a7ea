"""Trying draft rules over past reports: who would have got what, before anything is in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.drafts import Moment, Strict
from service.domain.rule_words import explain
from service.domain.rulebook import Rulebook
from service.domain.rules import ATTRIBUTE, WARD, Decision, Facts, Rule, RuleSet
from service.errors import FieldError, Invalid
from service.i18n import N_, Language
from service.models import Report

DEFAULT_PERIOD = timedelta(days=90)
MOST_REPORTS = 50_000
CHUNK = 2_000


class DraftSelector(Strict):
    """A department by answer: `select` is `attribute:<question>`, `mapping` answer → department code."""

    select: Annotated[str, Field(min_length=1, max_length=100)]
    mapping: Annotated[dict[str, str], Field(max_length=200)]


Choice = Annotated[str, Field(min_length=1, max_length=100)] | DraftSelector


class DraftRule(Strict):
    """A rule as it would be put in force; `number` says which one it replaces, if there is one."""

    number: Annotated[int, Field(ge=1, le=1_000_000)]
    categories: Annotated[list[str], Field(min_length=1, max_length=200)]
    lead: Choice
    policy: str
    areas: Annotated[list[str], Field(max_length=500)] = []
    when: Annotated[list[dict[str, Any]], Field(max_length=20)] = []
    supports: Annotated[list[Choice], Field(max_length=20)] = []
    executor: Choice | None = None
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0


class Trial(Strict):
    """What to try: changed or new rules, rules left out, over which reports.

    Without `since`, the last 90 days; the newest `limit` reports are tried, `show` of the changed ones
    are told one by one.
    """

    rules: Annotated[list[DraftRule], Field(max_length=1000)] = []
    without: Annotated[list[int], Field(max_length=1000)] = []
    since: Moment | None = None
    until: Moment | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_REPORTS)] = 20_000
    show: Annotated[int, Field(ge=0, le=1000)] = 100


class Outcome(BaseModel):
    """Who would play which part, by department codes; all empty means triage."""

    model_config = ConfigDict(frozen=True)

    rule: int | None
    lead: str | None
    supports: list[str]
    executor: str | None
    policy: str | None
    explanation: str


class Change(BaseModel):
    """One report that would have gone another way."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    code: str
    category: str
    ward: str | None
    before: Outcome
    after: Outcome


class Flow(BaseModel):
    """How many reports would move from one lead to another; none means triage."""

    model_config = ConfigDict(frozen=True)

    before: str | None
    after: str | None
    reports: int


class TrialResult(BaseModel):
    """What would change. `complete` is false when the period holds more reports than were tried."""

    model_config = ConfigDict(frozen=True)

    tried: int
    complete: bool
    changed: int
    unrouted_before: int
    unrouted_after: int
    flows: list[Flow]
    items: list[Change]


@dataclass(frozen=True, slots=True)
class _Past:
    id: UUID
    code: str
    facts: Facts


def try_rules(
    session: Session, book: Rulebook, trial: Trial, *, now: datetime, language: Language
) -> TrialResult:
    """Decide past reports by the rules in force and by the draft, and compare.

    Raises Invalid naming every mistake of the draft. Nothing is written.
    """
    draft = RuleSet(_draft(book, trial))
    counted = Counter[str]()
    flows = Counter[tuple[str | None, str | None]]()
    items: list[Change] = []
    for past in _past(session, book, trial, now):
        before, after = book.rules.decide(past.facts), draft.decide(past.facts)
        counted["tried"] += 1
        counted["unrouted_before"] += before.rule is None
        counted["unrouted_after"] += after.rule is None
        if _parts(before) == _parts(after):
            continue
        counted["changed"] += 1
        flows[before.lead, after.lead] += 1
        if len(items) < trial.show:
            items.append(_change(book, past, before, after, language))
    return TrialResult(
        tried=min(counted["tried"], trial.limit),
        complete=counted["tried"] < trial.limit,
        changed=counted["changed"],
        unrouted_before=counted["unrouted_before"],
        unrouted_after=counted["unrouted_after"],
        flows=[Flow(before=b, after=a, reports=n) for (b, a), n in flows.most_common()],
        items=items,
    )


def _draft(book: Rulebook, trial: Trial) -> Iterator[Rule]:
    """The rules in force with the draft's changes."""
    errors: list[FieldError] = []
    drafted = [_rule(book, place, wish, errors) for place, wish in enumerate(trial.rules)]
    known = {rule.number for rule in book.rules.rules}
    errors += [
        FieldError(("body", "without", place), N_("Không có quy tắc số {number}."), {"number": number})
        for place, number in enumerate(trial.without)
        if number not in known
    ]
    if errors:
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=errors)
    replaced = {wish.number for wish in trial.rules} | set(trial.without)
    yield from (rule for rule in book.rules.rules if rule.number not in replaced)
    yield from (rule for rule in drafted if rule)


def _rule(book: Rulebook, place: int, wish: DraftRule, errors: list[FieldError]) -> Rule | None:
    where = ("body", "rules", place)
    found = [*_unknown(book, wish, where)]
    try:
        spec = wish.model_dump(exclude={"number"})
        rule = Rule.of(spec, id=-1 - place, number=wish.number, version=1)
    except (ValueError, KeyError) as error:
        found.append(FieldError(where, N_("Quy tắc chưa hợp lệ: {why}"), {"why": str(error)}))
        rule = None
    errors += found
    return rule if not found else None


def _unknown(book: Rulebook, wish: DraftRule, where: tuple[str | int, ...]) -> Iterator[FieldError]:
    reference = book.reference
    for category in wish.categories:
        if category not in reference.category_by_code:
            yield FieldError(
                (*where, "categories"), N_("Không có loại phản ánh “{code}”."), {"code": category}
            )
    kinds = {ward.unit_kind for ward in reference.wards.values()}
    for area in wish.areas:
        if area not in reference.ward_by_code and area not in kinds:
            yield FieldError((*where, "areas"), N_("Không có phường, xã “{code}”."), {"code": area})
    if wish.policy not in book.policies:
        yield FieldError((*where, "policy"), N_("Không có thời hạn “{code}”."), {"code": wish.policy})
    choices = (("lead", wish.lead), ("executor", wish.executor), *(("supports", c) for c in wish.supports))
    for field, choice in choices:
        for code in _codes(choice):
            if code not in book.holders:
                yield FieldError((*where, field), N_("Không có đơn vị “{code}”."), {"code": code})


def _codes(choice: str | DraftSelector | None) -> Sequence[str]:
    """The department codes that a choice names outright."""
    if choice is None:
        return ()
    if isinstance(choice, DraftSelector):
        return tuple(choice.mapping.values())
    return () if choice == WARD or choice.startswith(ATTRIBUTE) else (choice,)


def _past(session: Session, book: Rulebook, trial: Trial, now: datetime) -> Iterator[_Past]:
    since, until = trial.since or now - DEFAULT_PERIOD, trial.until or now
    columns = (Report.id, Report.code, Report.category_id, Report.ward_id, Report.attributes)
    wanted = (
        select(*columns)
        .where(Report.created_at >= since, Report.created_at < until, Report.ward_id.is_not(None))
        .order_by(Report.created_at.desc())
        .limit(trial.limit)
        .execution_options(yield_per=CHUNK)
    )
    reference = book.reference
    for row in session.execute(wanted):
        ward = reference.wards[row.ward_id]
        facts = Facts(
            categories=reference.categories[row.category_id].path,
            ward=ward.code,
            ward_kind=ward.unit_kind,
            attributes=row.attributes,
            departments=book.holders,
            committees=book.committees,
        )
        yield _Past(row.id, row.code, facts)


def _parts(decision: Decision) -> tuple[object, ...]:
    return decision.lead, decision.supports, decision.executor, decision.policy


def _change(book: Rulebook, past: _Past, before: Decision, after: Decision, language: Language) -> Change:
    return Change(
        id=past.id,
        code=past.code,
        category=past.facts.categories[-1],
        ward=past.facts.ward,
        before=_outcome(book, before, language),
        after=_outcome(book, after, language),
    )


def _outcome(book: Rulebook, decision: Decision, language: Language) -> Outcome:
    return Outcome(
        rule=decision.rule.number if decision.rule else None,
        lead=decision.lead,
        supports=list(decision.supports),
        executor=decision.executor,
        policy=decision.policy,
        explanation=explain(decision, book.names, language),
    )
