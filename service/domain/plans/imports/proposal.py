"""The proposal: each row's words letter for letter, what was understood of them, what is to be decided."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from service.domain.plans.imports.blocks import Content
from service.domain.plans.imports.leads import (
    NamedUnit,
    TaskAssignees,
    is_everyone,
    lead_in_task,
    unclear_units,
    understand_lead,
)
from service.domain.plans.imports.papers import PlanFrame, cited_documents, plan_frame
from service.domain.plans.imports.repeats import RepeatReading, understand_repeats
from service.domain.plans.imports.sections import TaskLine
from service.domain.plans.imports.tables import SkippedTable, TaskTable, task_tables
from service.domain.plans.imports.times import DaySpan, TaskTime, understand_time
from service.domain.plans.imports.units import Directory
from service.i18n import N_

_DITTO = re.compile(r"\W*(như\s+trên|nt|n/t|id|ibid)\W*|\s*[\"”“″〃]\s*", re.IGNORECASE)
CAPTION = 80
LONGEST = 2000
"""Letters of a cell that are read for what they mean; all of them are kept."""


@dataclass(frozen=True, slots=True)
class ProposalWarning:
    """Sentence that a clerk reads before the plan is stored, with what fills its placeholders."""

    sentence: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProposedRow:
    """Row: its words, and what was understood of them. `unclear` names what somebody has to decide;
    `everyone` are all units, `always` is the whole time of the plan.
    """

    line: TaskLine
    who: TaskAssignees
    when: TaskTime
    repeats: RepeatReading | None
    unclear: tuple[str, ...]

    @property
    def lead(self) -> str | None:
        """Return the code of the lead, the likeliest where it is not clear."""
        return self.who.lead.code if self.who.lead else None

    @property
    def supports(self) -> list[str]:
        """Return the codes of those who support, as far as they are known."""
        return list(dict.fromkeys(each.code for each in self.who.supports if each.code))


@dataclass(frozen=True, slots=True)
class TableBrief:
    """Table of tasks that the document has: to choose by."""

    caption: str
    headings: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """Proposal of a document. `tables` are all of its tables of tasks, `chosen` the places of those that
    the rows are from; `first`, `last` the plan's time as far as its title or its rows say; `asked` each name
    that is not known, once.
    """

    frame: PlanFrame
    rows: tuple[ProposedRow, ...]
    warnings: tuple[ProposalWarning, ...]
    tables: tuple[TableBrief, ...]
    chosen: tuple[int, ...]
    first: date | None
    last: date | None
    asked: tuple[NamedUnit, ...]


def propose(content: Content, units: Directory, year: int, chosen: Sequence[int] = ()) -> Proposal:
    """Return what a document proposes. `year` is for days without one where the document names none; `chosen`
    the tables to take, by their place; all of them where nothing is chosen.

    Raises FileRefused where there is no table of tasks, or too much of one.
    """
    tables, lines, left = task_tables(
        content, lambda words: bool(units.find(words).codes) or is_everyone(words)
    )
    frame = plan_frame(lines)
    chosen_tables = [at for at in dict.fromkeys(chosen) if 0 <= at < len(tables)] or list(range(len(tables)))
    read = [line for at in chosen_tables for line in tables[at].lines]
    known = frame.year or _only_year(read)
    meant = _with_dittos(read)
    rows = tuple(
        replace(_row(understood, units, known or year, known=known is not None), line=line)
        for line, understood in zip(read, meant, strict=True)
    )
    first, last = _time(rows, frame.year)
    return Proposal(
        frame=frame,
        rows=rows,
        warnings=(
            *_warnings(frame, rows, tables, chosen_tables),
            *map(_left_out, left),
            *(_added_up(words) for at in chosen_tables for words in tables[at].sums),
        ),
        tables=tuple(TableBrief(each.caption, each.headings, len(each.lines)) for each in tables),
        chosen=tuple(chosen_tables),
        first=first,
        last=last,
        asked=tuple(
            unclear_units([each for row in rows for each in (row.who.lead, *row.who.supports) if each])
        ),
    )


def _with_dittos(lines: Sequence[TaskLine]) -> list[TaskLine]:
    """Return the lines with “như trên” and its marks replaced by what stands above, to be understood."""
    found: list[TaskLine] = []
    for line in lines:
        if found:
            above = found[-1]
            line = replace(
                line,
                lead=above.lead if _DITTO.fullmatch(line.lead) else line.lead,
                support=above.support if _DITTO.fullmatch(line.support) else line.support,
                time=above.time if _DITTO.fullmatch(line.time) else line.time,
            )
        found.append(line)
    return found


def _only_year(lines: Sequence[TaskLine]) -> int | None:
    """Return the year that the rows name, if it is one alone."""
    years: set[int] = set()
    for line in lines:
        span = understand_time(line.time[:LONGEST], 1).span
        years |= {day.year for day in (span.first, span.last) if day and day.year > 1}
    return years.pop() if len(years) == 1 else None


def _row(line: TaskLine, units: Directory, year: int, *, known: bool) -> ProposedRow:
    who = understand_lead(line.lead[:LONGEST], line.support[:LONGEST], units)
    if not line.lead and (named := lead_in_task(line.task[:LONGEST], units)):
        who = replace(who, lead=named)  # proposed, and asked: the words may only speak of that unit
    when = understand_time(line.time[:LONGEST], year, known=known)
    repeats = understand_repeats(line.time[:LONGEST])
    if repeats is not None and (repeats.rules[0].startswith("FREQ=YEARLY;") or when.span == DaySpan()):
        when = TaskTime(always=True)
    elif repeats is None and (found := understand_repeats(line.note[:LONGEST])):
        # A note says how, not when: it is proposed, never taken for granted.
        repeats = RepeatReading(found.rules, found.time, clear=False)
    unclear = []
    if not line.task:
        unclear.append("task")
    if not who.lead_clear:
        unclear.append("lead")
    if not who.supports_clear:
        unclear.append("supports")
    if not when.clear:
        unclear += ["first"] if when.span.first or not when.span.last else []
        unclear += ["last"]
    if repeats is not None and not repeats.clear:
        unclear.append("repeats")
    return ProposedRow(line, who, when, repeats, tuple(unclear))


def _time(rows: Sequence[ProposedRow], year: int | None) -> tuple[date | None, date | None]:
    firsts = [day for row in rows if (day := row.when.span.first or row.when.span.last)]
    lasts = [day for row in rows if (day := row.when.span.last or row.when.span.first)]
    if year is not None:
        firsts, lasts = [*firsts, date(year, 1, 1)], [*lasts, date(year, 12, 31)]
    return min(firsts, default=None), max(lasts, default=None)


def _warnings(
    frame: PlanFrame, rows: Sequence[ProposedRow], tables: Sequence[TaskTable], chosen_tables: Sequence[int]
) -> Iterator[ProposalWarning]:
    if len(tables) > 1 and len(chosen_tables) == len(tables):
        yield ProposalWarning(
            N_("Tài liệu có {tables} bảng nhiệm vụ, đã lấy cả {tables}. Hãy chọn nếu chỉ cần một số bảng."),
            {"tables": len(tables)},
        )
    elif len(tables) > 1:
        yield ProposalWarning(
            N_("Đã lấy {taken} trong {tables} bảng nhiệm vụ."),
            {"taken": len(chosen_tables), "tables": len(tables)},
        )
    at = 0
    for table in (tables[place] for place in chosen_tables):
        yield from _repeated_labels(rows[at : at + len(table.lines)])
        at += len(table.lines)
    for number, row in enumerate(rows, 1):
        if row.when.fault:
            params = {"words": row.when.fault_words}
            yield ProposalWarning(
                N_("Dòng {number}: {fault}."),
                {"number": number, "fault": ProposalWarning(row.when.fault, params)},
            )
        if not row.line.task:
            yield ProposalWarning(N_("Dòng {number}: không có nội dung công việc."), {"number": number})
    first = min((day for row in rows if (day := row.when.span.first or row.when.span.last)), default=None)
    if first is not None:
        late = {each.number: each for each in cited_documents(_cells(rows)) if each.dated > first}
        for each in late.values():
            yield ProposalWarning(
                N_("Văn bản số {number} ghi ngày {dated}, sau ngày bắt đầu công việc đầu tiên ({first})."),
                {"number": each.number, "dated": f"{each.dated:%d/%m/%Y}", "first": f"{first:%d/%m/%Y}"},
            )
    if frame.paths:
        yield ProposalWarning(
            N_("Đã bỏ {number} dòng ở nơi nhận là đường dẫn trên máy tính."), {"number": len(frame.paths)}
        )


def _left_out(table: SkippedTable) -> ProposalWarning:
    message = N_(
        "Không lấy bảng “{caption}” ({rows} dòng): không thấy cột công việc cùng cột chủ trì hoặc thời gian."
    )
    return ProposalWarning(message, {"caption": table.caption[:CAPTION], "rows": table.rows})


def _added_up(words: str) -> ProposalWarning:
    return ProposalWarning(N_("Không lấy dòng “{words}”: chỉ là số cộng."), {"words": words[:CAPTION]})


def _repeated_labels(rows: Sequence[ProposedRow]) -> Iterator[ProposalWarning]:
    counted = Counter(
        (row.line.group, row.line.label.strip(" .)"))
        for row in rows
        if row.line.label and not row.line.repeated
    )
    for (_, label), number in counted.items():
        if number > 1 and label:
            yield ProposalWarning(N_("STT {label} lặp lại"), {"label": label})


def _cells(rows: Sequence[ProposedRow]) -> Iterator[str]:
    for row in rows:
        yield row.line.task
        yield row.line.note
