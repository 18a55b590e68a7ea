"""The document of a report up the line: figures by unit, what units say, difficulties, who is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from service.documents.form import BLANK, Paper, with_full_stop
from service.documents.made import MadeDocument, made_of
from service.documents.offices import office_of
from service.domain.city.reference import Reference
from service.domain.documents.signing import BY_HEAD, DocumentSigning
from service.domain.indicators.registry import INDICATORS
from service.domain.indicators.values import FigureView
from service.domain.periodic.kinds import period_title
from service.domain.periodic.unit_answers import MergedReport
from service.i18n.wording import figure_number, number_words

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
WIDE_FROM = 5
"""So many figures of each unit want a page on its side."""


def make_upward(
    reference: Reference, merged: MergedReport, on: date, signing: DocumentSigning = BY_HEAD
) -> MadeDocument:
    """Write the report as it was gathered."""
    kind, report = merged.kind, merged.report
    about = f"{kind.title} {period_title(kind.period, report.first)}"
    office = office_of(reference, kind.issuer_id, signing, merged.office)
    paper = Paper(office, about)
    paper.heading(on)
    paper.title(about)
    if kind.addressees:
        paper.addressed_to(*kind.addressees)
    sent = sum(row.sent_at is not None for row in merged.units)
    first, last = f"{report.first:%d/%m/%Y}", f"{report.last:%d/%m/%Y}"
    paper.write(
        f"{office.issuer} báo cáo {about[:1].lower()}{about[1:]} (từ ngày {first} đến ngày {last}), tổng hợp "
        f"từ số liệu ghi trên hệ thống và báo cáo của {sent}/{len(merged.units)} đơn vị."
    )
    missing = [_name(reference, row.unit_id) for row in merged.units if row.sent_at is None]
    if missing:
        paper.write(f"Đơn vị chưa gửi báo cáo ({len(missing)}): {'; '.join(missing)}.")
    tables: list[Mapping[str, object]] = []
    shown = sum(section["holds"] == "figures" for section in kind.sections)
    for at, section in enumerate(kind.sections):
        paper.part(f"{ROMAN[at]}. {str(section['heading']).upper()}")
        if section["holds"] == "figures":
            tables.append(section)
            _summary(paper, merged, section, ROMAN[len(tables) - 1] if shown > 1 else "")
        else:
            _words(paper, reference, merged, str(section["holds"]))
    paper.signature()
    for at, table in enumerate(tables):
        _annex(paper, reference, merged, table, ROMAN[at] if len(tables) > 1 else "")
    return made_of(paper, f"{kind.code.replace('.', '-')}-{report.first:%Y%m}.docx")


def figure_words(figure: FigureView) -> str:
    """Return a figure as a document says it; a dash where there is nothing to tell."""
    return "–" if figure.value is None else figure_number(figure.value, figure.unit)


def _summary(paper: Paper, merged: MergedReport, section: Mapping[str, object], annex: str) -> None:
    """Write the figures of all, a line each; those of the units are in the annex."""
    for figure in _chosen(merged.figures[""], section):
        paper.write(f"- {figure.name}: {_figure_sentence(figure)}.")
    paper.write(f"(Số liệu theo đơn vị tại Phụ lục {f'{annex} ' if annex else ''}kèm theo.)")


def _figure_sentence(figure: FigureView) -> str:
    """Return a figure with what it is a part of, or out of how many it was reckoned."""
    if figure.value is None:
        return "không có số liệu"
    if INDICATORS[figure.code].unit == "percent":
        part = "" if figure.of is None else f" ({round(figure.value * figure.of / 100)}/{figure.of})"
        return f"{figure_words(figure)}%{part}"
    of = "" if figure.of is None else f" (tính trên {number_words(figure.of, 0)})"
    return f"{figure_words(figure)} {figure.unit}{of}"


def _words(paper: Paper, reference: Reference, merged: MergedReport, holds: str) -> None:
    """Write what units said under one heading, by unit; under difficulties those of the plans come first."""
    answers = 0
    if holds == "hindrances":
        for each in merged.obstacles:
            proposal = f" Kiến nghị: {with_full_stop(each.proposal)}" if each.proposal else ""
            decision = f" Đã quyết định: {with_full_stop(each.decision)}" if each.decision else ""
            paper.write(f"- {each.unit}: {with_full_stop(each.title)}{proposal}{decision}")
            answers += 1
    for row in merged.units:
        text = getattr(row, holds) if row.sent_at is not None else ""
        for line in filter(None, (part.strip() for part in text.split("\n"))):
            paper.write(f"- {_name(reference, row.unit_id)}: {line}")
            answers += 1
    if not answers:
        paper.write("Các đơn vị không có nội dung báo cáo ở phần này.")


def _annex(
    paper: Paper, reference: Reference, merged: MergedReport, section: Mapping[str, object], number: str
) -> None:
    """Write a row a unit; what is nobody's of them in a row of its own, so that the column adds up to all."""
    whole = _chosen(merged.figures[""], section)
    paper.annex(number, str(section["heading"]), wide=len(whole) >= WIDE_FROM)
    rows, sums = [], [0.0] * len(whole)
    for row in merged.units:
        own = _chosen(merged.figures[reference.departments[row.unit_id].code], section)
        mark = "" if row.sent_at is not None else " (chưa gửi báo cáo)"
        rows.append((_name(reference, row.unit_id) + mark, *(figure_words(each) for each in own)))
        sums = [known + (each.value or 0) for known, each in zip(sums, own, strict=True)]
    rest = [
        "–" if figure.value is None or not adds_up(figure) else number_words(figure.value - known, 0)
        for figure, known in zip(whole, sums, strict=True)
    ]
    if any(each not in ("–", "0") for each in rest):
        rows.append(("Đơn vị khác, chưa phân công", *rest))
    heading = ("Đơn vị", *(_column(each) for each in whole))
    paper.table("", heading, rows, total=("Tổng cộng", *(figure_words(each) for each in whole)))


def _column(figure: FigureView) -> str:
    """Return the heading of a figure's column, with its unit where the name does not say it."""
    return figure.name if figure.unit.lower() in figure.name.lower() else f"{figure.name} ({figure.unit})"


def adds_up(figure: FigureView) -> bool:
    """Return whether units' figures add up to that of all: those of rates, medians and ratings do not."""
    return INDICATORS[figure.code].unit not in ("percent", "hours", "points")


def _chosen(figures: list[FigureView], section: Mapping[str, Any]) -> list[FigureView]:
    by_code = {each.code: each for each in figures}
    return [by_code[code] for code in section["indicators"] if code in by_code]


def _name(reference: Reference, unit: int) -> str:
    view = reference.departments.get(unit)
    return view.name["vi"] if view else BLANK
