"""The proposal as it is told over HTTP; decided, it is what a draft is kept from."""

from __future__ import annotations

from datetime import date

from service.domain.city.calendar import Calendar
from service.domain.plans.imports.proposal import Proposal, ProposalWarning, ProposedRow
from service.domain.plans.imports.times import DaySpan
from service.domain.plans.recurrence import occurrences
from service.domain.plans.rule_words import rule_words
from service.i18n import translate

MOST_DATES = 60


def warning_text(warned: ProposalWarning) -> str:
    """Return a warning in the language in use."""
    filled = {
        name: warning_text(value) if isinstance(value, ProposalWarning) else value
        for name, value in warned.params.items()
    }
    return translate(warned.sentence, **filled)


def tell_proposal(proposal: Proposal, calendar: Calendar) -> dict[str, object]:
    """Return the proposal by the names that others rely on; what it has beyond them can be sent back too."""
    frame = proposal.frame
    return {
        "title": frame.title,
        "number": frame.number,
        "dated": _iso(frame.dated),
        "first": _iso(proposal.first),
        "last": _iso(proposal.last),
        "parents": list(frame.parents),
        "recipients": [{"name": each.name, "purpose": each.purpose} for each in frame.recipients],
        "rows": [tell_row(row, proposal, calendar) for row in proposal.rows],
        "warnings": [warning_text(each) for each in proposal.warnings],
        "asked": [{"words": each.words, "choices": list(each.choices)} for each in proposal.asked],
        "tables": [
            {
                "caption": each.caption,
                "headings": list(each.headings),
                "rows": each.rows,
                "taken": at in proposal.chosen,
            }
            for at, each in enumerate(proposal.tables)
        ],
    }


def tell_row(row: ProposedRow, proposal: Proposal, calendar: Calendar) -> dict[str, object]:
    """Return one row: words, what was understood, what is unclear and what it may be instead."""
    line = row.line
    rule = row.repeats.rules[0] if row.repeats else None
    return {
        "label": line.label,
        "group": line.group,
        "task": line.task,
        "lead_words": line.lead,
        "support_words": line.support,
        "time_words": line.time,
        "note": line.note,
        "more": [{"heading": heading, "words": words} for heading, words in line.more],
        "understood": {
            "lead": row.lead,
            "supports": [each for each in row.supports if each != row.lead],
            "everyone": row.who.everyone,
            "first": _iso(row.when.span.first),
            "last": _iso(row.when.span.last),
            "repeats": {"rule": rule, "time": row.repeats.time} if row.repeats else None,
        },
        "unclear": list(row.unclear),
        "choices": _choices(row, proposal, calendar),
    }


def _choices(row: ProposedRow, proposal: Proposal, calendar: Calendar) -> dict[str, object]:
    found: dict[str, object] = {}
    if not row.who.lead_clear:
        named = [each for each in (row.who.lead, *row.who.supports) if each is not None]
        codes = [code for each in named for code in ([each.code] if each.code else each.choices)]
        found["lead"] = list(dict.fromkeys(codes))
    if row.when.choices:
        found["time"] = [{"first": _iso(each.first), "last": _iso(each.last)} for each in row.when.choices]
    if row.repeats is not None and not row.repeats.clear:
        first = row.when.span.first or proposal.first
        last = row.when.span.last or proposal.last
        found["repeats"] = [
            occurrence_reading(rule, DaySpan(first, last), calendar) for rule in row.repeats.rules
        ]
    return found


def occurrence_reading(rule: str, span: DaySpan, calendar: Calendar) -> dict[str, object]:
    """Return one reading of what comes again: its rule, its words, its days as far as the time is known."""
    days: list[date] = []
    if span.first and span.last:
        days = [each.due for each in occurrences(rule, span.first, span.last, calendar)]
    return {"rule": rule, "words": rule_words(rule), "dates": [_iso(day) for day in days[:MOST_DATES]]}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
