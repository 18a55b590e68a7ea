"""Signatures against the vector of the specification."""

from __future__ import annotations

from service.domain.webhooks.signing import make_secret, signature_headers

SECRET, BODY = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3", b'{"type":"report.assigned"}'


def test_a_known_message_has_the_known_signature() -> None:
    headers = signature_headers([SECRET], "msg_1", 1_790_000_000, BODY)
    assert headers["webhook-signature"] == "v1,zs5U0iEgC4cN1kGk5gixyaQe/Wh9PpBPCOQ2GhiqJTY="


def test_every_secret_signs_by_itself() -> None:
    other = make_secret()
    both = signature_headers([other, SECRET], "msg_1", 1_790_000_000, BODY)["webhook-signature"].split(" ")
    alone = signature_headers([SECRET], "msg_1", 1_790_000_000, BODY)["webhook-signature"]
    assert both[1] == alone
    assert both[0] != alone
