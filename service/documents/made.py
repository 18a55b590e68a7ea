"""Documents that were written: their bytes, and what the register keeps of them."""

from __future__ import annotations

from dataclasses import dataclass

from service.documents.form import Paper
from service.models.documents.kinds import DocumentKind


@dataclass(frozen=True, slots=True)
class MadeDocument:
    """Document that was written: its bytes, and what the register keeps of it. `recipients` are all whom it
    is for: those it is addressed to first.
    """

    body: bytes
    kind: DocumentKind
    about: str
    symbol: str
    file_name: str
    recipients: tuple[str, ...] = ()


def made_of(paper: Paper, file_name: str) -> MadeDocument:
    """Return a document that is all written. Without a symbol of the office it has none in the register."""
    symbol = paper.symbol if paper.office.symbol else ""
    recipients = (*paper.addressees, *paper.office.recipients)
    return MadeDocument(paper.content(), paper.kind, paper.about, symbol, file_name, recipients)
