"""The check that receivers make: signature by any of the secrets, time, nothing of somebody else's."""

from __future__ import annotations

import pytest

from service.domain.webhooks.receiver import check_delivery
from service.domain.webhooks.signing import make_secret, signature_headers

NOW, BODY = 1_790_000_000, b'{"type":"report.assigned"}'
OURS, OLD, FOREIGN = make_secret(), make_secret(), make_secret()


def check(*signers: str, body: bytes = BODY, sent: int = NOW, known: tuple[str, ...] = (OURS, OLD)) -> str:
    headers = signature_headers(signers, "msg_1", sent, BODY)
    return check_delivery(known, headers, headers["webhook-signature"], body, NOW)


@pytest.mark.parametrize("signers", [(OURS,), (OLD,), (FOREIGN, OURS)])
def test_one_good_signature_is_enough(signers: tuple[str, ...]) -> None:
    assert check(*signers) == ""
    assert check(*signers, sent=NOW - 299) == ""


def test_what_is_not_ours_is_told_apart() -> None:
    assert check(FOREIGN) == "signature"
    assert check(OURS, body=BODY + b" ") == "signature"
    assert check(OURS, sent=NOW - 301) == check(OURS, sent=NOW + 301) == "old"
    assert check(OURS, known=()) == "unknown"
    headers = {"webhook-id": "msg_1", "webhook-timestamp": "²"}
    assert check_delivery((OURS,), headers, "", BODY, NOW) == "old"
    assert check_delivery((OURS,), {**headers, "webhook-timestamp": str(NOW)}, "", BODY, NOW) == "signature"
