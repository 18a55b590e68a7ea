"""Names of the kinds of documents, and their numbers and symbols as Nghị định 30/2020/NĐ-CP writes them."""

from __future__ import annotations

from collections.abc import Mapping

from service.i18n import N_
from service.models.documents.kinds import DocumentKind

KIND_NAMES: Mapping[DocumentKind, str] = {
    DocumentKind.REPORT: N_("Báo cáo"),
    DocumentKind.PLAN: N_("Kế hoạch"),
    DocumentKind.SUBMISSION: N_("Tờ trình"),
    DocumentKind.NOTICE: N_("Thông báo"),
    DocumentKind.MINUTES: N_("Biên bản"),
    DocumentKind.DECISION: N_("Quyết định"),
    DocumentKind.INVITATION: N_("Giấy mời"),
    DocumentKind.LETTER: N_("Công văn"),
}


def symbol_of(kind: DocumentKind, office: str, room: str = "") -> str:
    """Return what follows the number: kind and office, `BC-STTTT`; of a letter office and drafting room,
    `STTTT-BCVT`. Without an office's symbol it is empty.
    """
    if not office:
        return ""
    if kind == DocumentKind.LETTER:
        return f"{office}-{room}" if room else office
    return f"{kind}-{office}"


def number_written(number: int) -> str:
    """Return a number as it is written: below ten with a nought before it."""
    return f"{number:02}"


def month_written(month: int) -> str:
    """Return a month as it is written in a date: January and February with a nought before it."""
    return f"{month:02}" if month < 3 else str(month)
