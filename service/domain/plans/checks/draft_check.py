"""A draft with what is still to be decided: each name once, each row's lead, time and what comes again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from service.domain.kernel.texts import fold
from service.domain.plans import plan_drafts
from service.domain.plans.access import find_plan, require_drafter
from service.domain.plans.forms import ParsedRowWords, RepeatRule, RowChange
from service.domain.plans.imports.leads import NamedUnit, TaskAssignees, is_everyone, understand_lead
from service.domain.plans.imports.proposal_answer import occurrence_reading
from service.domain.plans.imports.repeats import understand_repeats
from service.domain.plans.imports.times import DaySpan, understand_time
from service.domain.plans.imports.units import Directory, city_directory
from service.domain.works.actions import ActionContext
from service.domain.works.units import unit_code
from service.models import HolidayHandling, Plan, PlanRow

NOBODY = "-"
"""Answer for a name that is no unit, and for what does not come again: the words stay, nothing follows."""
MOST_AT_ONCE = 60
"""Rows that are asked about on one screen."""


@dataclass(frozen=True, slots=True)
class NameQuestion:
    """Name that is no unit of ours, asked once for all its rows; `must`: one of them needs it to lead."""

    key: str
    words: str
    choices: tuple[str, ...]
    positions: tuple[int, ...]
    must: bool


@dataclass(frozen=True, slots=True)
class RowQuestion:
    """Questions of a row: among `leads`, which unit leads (`any_unit`: none is named), when
    (`times`, or days that are typed), how it comes again, what the task is.
    """

    leads: tuple[NamedUnit, ...] = ()
    any_unit: bool = False
    when: bool = False
    times: tuple[DaySpan, ...] = ()
    readings: tuple[Mapping[str, object], ...] = ()
    task: bool = False

    @property
    def asks(self) -> bool:
        """Return whether anything of the row's own is asked."""
        return bool(self.leads or self.any_unit or self.when or self.readings or self.task)


@dataclass(frozen=True, slots=True)
class DraftCheck:
    """A draft on its second screen. `asked` are questions by position, `open` counts unclear cells."""

    plan: Plan
    rows: Sequence[PlanRow]
    names: Sequence[NameQuestion]
    asked: Mapping[int, RowQuestion]
    open: int


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """Decisions on a row, seen as `version`; what was not is None."""

    version: int
    lead: int | None = None
    unit: str | None = None
    span: DaySpan | None = None
    rule: str | None = None
    on_holiday: HolidayHandling = HolidayHandling.KEEP
    task: str = ""


@dataclass(frozen=True, slots=True)
class DraftAnswers:
    """Decisions: units by folded name, answers by position of the row."""

    names: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[int, RowAnswer] = field(default_factory=dict)


def check_draft(ctx: ActionContext, code: str) -> DraftCheck:
    """Return a draft with what is to be decided. Raises NotFound, Forbidden."""
    plan = find_plan(ctx.session, ctx.reference, ctx.actor, code)
    require_drafter(ctx.actor, plan)
    rows = _rows(ctx, plan)
    units = city_directory(ctx.reference, ctx.actor.departments)
    unclear = [row for row in rows if row.unclear]
    read = {row.position: understand_lead(row.lead_words, "", units) for row in unclear}
    questions = {row.position: _question(ctx, plan, row, read[row.position]) for row in unclear}
    shown_questions = dict([each for each in questions.items() if each[1].asks][:MOST_AT_ONCE])
    return DraftCheck(
        plan, rows, _names(unclear, read), shown_questions, sum(len(row.unclear) for row in rows)
    )


def decide_draft(ctx: ActionContext, code: str, answers: DraftAnswers) -> Plan:
    """Keep what was decided; what was not stays as it is.

    Raises NotFound, Forbidden, Conflict where somebody changed a row meanwhile, Invalid.
    """
    plan = find_plan(ctx.session, ctx.reference, ctx.actor, code, lock=True)
    require_drafter(ctx.actor, plan)
    units = city_directory(ctx.reference, ctx.actor.departments)
    for row in _rows(ctx, plan):
        if row.unclear:
            answer = answers.rows.get(row.position, RowAnswer(row.version))
            change = _decided(ctx, row, answer, _Names(units, answers.names))
            plan_drafts.put_row(ctx, code, row.position, change)
    return plan


@dataclass(frozen=True, slots=True)
class _Names:
    units: Directory
    answers: Mapping[str, str]

    def code(self, named: NamedUnit) -> str | None:
        """Return a unit's code, NOBODY, or None while it is not decided."""
        if named.clear:
            return named.code
        return NOBODY if is_everyone(named.words) else self.answers.get(fold(named.words)) or None


def _rows(ctx: ActionContext, plan: Plan) -> Sequence[PlanRow]:
    found = select(PlanRow).where(PlanRow.plan_id == plan.id).order_by(PlanRow.position)
    return ctx.session.scalars(found).all()


def _question(ctx: ActionContext, plan: Plan, row: PlanRow, who: TaskAssignees) -> RowQuestion:
    when = bool({"first", "last"} & set(row.unclear))
    year = (plan.first or ctx.calendar.local(ctx.now)).year
    readings: tuple[Mapping[str, object], ...] = ()
    if "repeats" in row.unclear:
        found = understand_repeats(row.time_words) or understand_repeats(row.note)
        span = DaySpan(row.first or plan.first, row.last or plan.last)
        rules = found.rules if found else (row.repeats,) if row.repeats else ()
        readings = tuple(occurrence_reading(rule, span, ctx.calendar) for rule in rules)
    lead = "lead" in row.unclear
    return RowQuestion(
        leads=who.leads if lead and len(who.leads) > 1 else (),
        any_unit=lead and not who.leads,
        when=when,
        times=understand_time(row.time_words, year, known=False).choices if when else (),
        readings=readings,
        task="task" in row.unclear,
    )


def _names(rows: Sequence[PlanRow], read: Mapping[int, TaskAssignees]) -> list[NameQuestion]:
    once: dict[str, tuple[NamedUnit, list[int], bool]] = {}
    for row in rows:
        who = read[row.position]
        if not {"lead", "supports"} & set(row.unclear):
            continue
        for named in dict.fromkeys((*who.leads, *who.supports)):
            if named.clear or is_everyone(named.words):
                continue
            first, positions, must = once.get(fold(named.words), (named, [], False))
            must = must or (len(who.leads) == 1 and named == who.leads[0])
            once[fold(named.words)] = first, [*positions, row.position], must
    return [
        NameQuestion(key, named.words, named.choices, tuple(positions), must)
        for key, (named, positions, must) in once.items()
    ]


def _decided(ctx: ActionContext, row: PlanRow, answer: RowAnswer, names: _Names) -> RowChange:
    unclear = list(row.unclear)
    who = understand_lead(row.lead_words, "", names.units)
    lead = unit_code(ctx.reference, row.lead_id)
    supports = [code for each in row.support_ids if (code := unit_code(ctx.reference, each))]
    if "lead" in unclear and (chosen := _lead(who, answer, names)):
        lead = chosen
        unclear.remove("lead")
    codes = [names.code(named) for named in dict.fromkeys((*who.leads, *who.supports))]
    if "lead" not in unclear and ("supports" in unclear or lead != unit_code(ctx.reference, row.lead_id)):
        supports = [code for code in dict.fromkeys(codes) if code and code not in (NOBODY, lead)]
    if "supports" in unclear and all(codes):
        unclear.remove("supports")
    first, last = row.first, row.last
    if {"first", "last"} & set(unclear) and answer.span is not None and answer.span.last is not None:
        first, last = answer.span.first, answer.span.last
        unclear = [each for each in unclear if each not in ("first", "last")]
    rule, holiday = row.repeats, row.on_holiday
    if "repeats" in unclear and answer.rule:
        rule, holiday = (None if answer.rule == NOBODY else answer.rule), answer.on_holiday
        unclear.remove("repeats")
    if "task" in unclear and answer.task:
        unclear.remove("task")
    understood = ParsedRowWords(
        lead=lead,
        supports=supports,
        everyone=row.everyone,
        first=first,
        last=last,
        repeats=RepeatRule(rule=rule, time=row.time) if rule else None,
        on_holiday=holiday,
    )
    return _change(row, answer, understood, unclear)


def _lead(who: TaskAssignees, answer: RowAnswer, names: _Names) -> str | None:
    if answer.unit:
        return answer.unit
    if len(who.leads) > 1:
        known = answer.lead is not None and answer.lead < len(who.leads)
        code = names.code(who.leads[answer.lead]) if known and answer.lead is not None else None
    else:
        code = names.code(who.leads[0]) if who.leads else None
    return code if code != NOBODY else None


def _change(row: PlanRow, answer: RowAnswer, understood: ParsedRowWords, unclear: Sequence[str]) -> RowChange:
    return RowChange(
        label=row.label,
        group=row.section_label,
        task=answer.task if not row.task and answer.task else row.task,
        lead_words=row.lead_words,
        time_words=row.time_words,
        note=row.note,
        understood=understood,
        unclear=list(unclear),
        key=row.key,
        needs_photo=row.needs_photo,
        indicator=row.indicator,
        target=row.target,
        version=answer.version,
    )
