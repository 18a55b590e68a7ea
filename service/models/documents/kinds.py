"""Kinds of official documents by the code that stands in their symbol."""

from __future__ import annotations

from enum import StrEnum


class DocumentKind(StrEnum):
    """Kind of a document by its code (Nghị định 30/2020/NĐ-CP); a letter's is not in its symbol."""

    REPORT = "BC"
    PLAN = "KH"
    SUBMISSION = "TTr"
    NOTICE = "TB"
    MINUTES = "BB"
    DECISION = "QĐ"
    INVITATION = "GM"
    LETTER = "CV"
