"""Signer and recipients of a document in a form: what it offers, and what was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.db import DomainSession
from service.domain.city.reference import Reference
from service.domain.documents.offices import issuing_facts, office_unit, recipient_lines
from service.domain.documents.signing import DocumentSigning
from service.domain.queries.manage.signers import SIGNERS
from service.pages.shared.forms import SentForm, read

TEXTS = ("signs", "post", "signer")


@dataclass(frozen=True, slots=True)
class SigningChoices:
    """Choices of a form: capacities with their words, and the recipients of the unit that issues."""

    signers: Sequence[tuple[str, str]]
    recipients: Sequence[str]


def signing_choices(session: DomainSession, reference: Reference, issuer_id: int | None) -> SigningChoices:
    """Return what a form offers for documents of a unit, or of the city's own office."""
    unit = office_unit(reference, issuer_id)
    recipients = recipient_lines(reference, unit, issuing_facts(session, unit))
    return SigningChoices(list(SIGNERS.items()), recipients)


def read_signing(form: SentForm) -> dict[str, object]:
    """Return what was chosen, for an order to read. A form that showed no recipients says nothing of them."""
    sent: dict[str, object] = {name: form.text(name) for name in TEXTS}
    if form.text("shows_recipients"):
        more = (line.strip() for line in form.text("more_recipients").split("\n"))
        sent["recipients"] = list(dict.fromkeys([*form.texts("recipients"), *filter(None, more)]))
    return sent


def chosen_signing(form: SentForm) -> dict[str, object]:
    """Return what was chosen as an order keeps it, without what was not. Raises Invalid."""
    return read(DocumentSigning, read_signing(form)).model_dump(exclude_defaults=True)
