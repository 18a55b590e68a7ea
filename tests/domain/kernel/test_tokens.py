"""Signing: one purpose opens no other, and a ring of keys keeps what its older keys signed."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from uuid import uuid4

import pytest

from service.domain.kernel.codes import is_report_secret, report_secret
from service.domain.kernel.follower_secrets import follower_secret, read_follower_secret
from service.domain.kernel.tokens import KeyRing, all_keys, is_signed, read_keys, sign
from service.domain.notices.links import make_token, read_token
from service.domain.people.factors import seal, unseal
from service.errors import Malformed
from service.web.cursors import Cursors

OLD, NEW, FOREIGN = b"o" * 40, b"n" * 40, b"f" * 40
RING = KeyRing([NEW, OLD])


def test_the_newest_key_signs_and_every_key_of_the_ring_is_believed() -> None:
    assert sign(RING, "csrf", b"x") == sign(NEW, "csrf", b"x")
    for key, good in ((NEW, True), (OLD, True), (FOREIGN, False)):
        assert is_signed(RING, "csrf", b"x", sign(key, "csrf", b"x")) is good
    assert not is_signed(NEW, "csrf", b"x", sign(OLD, "csrf", b"x")), "without the old key nothing of it"


def test_one_purpose_opens_no_other() -> None:
    assert not is_signed(RING, "proof", b"x", sign(RING, "csrf", b"x"))
    assert not is_signed(RING, "csrf", b"x", b"")
    assert not is_signed(RING, "csrf", b"x", sign(RING, "csrf", b"x")[:8])


def test_what_was_signed_before_there_were_rings_is_still_good() -> None:
    """Secrets in people's mails: the formula of the first version, written out."""
    row = uuid4()
    first = hmac.new(OLD, b"report-secret:" + row.bytes, hashlib.sha256).digest()[:24]
    assert is_report_secret(RING, row, urlsafe_b64encode(first).decode())
    follower = hmac.new(OLD, b"follower-secret:" + row.bytes, hashlib.sha256).digest()[:23]
    assert read_follower_secret(RING, urlsafe_b64encode(row.bytes + follower).decode()) == row
    link = hmac.new(OLD, b"notice-message:" + row.bytes, hashlib.sha256).digest()[:20]
    assert read_token(RING, "message", urlsafe_b64encode(row.bytes + link).decode()) == row


def test_everything_that_is_kept_for_long_outlives_a_change_of_keys() -> None:
    row = uuid4()
    assert is_report_secret(RING, row, report_secret(OLD, row))
    assert read_follower_secret(RING, follower_secret(OLD, row)) == row
    assert read_token(RING, "confirm", make_token(OLD, "confirm", row)) == row
    assert Cursors(RING).open_position(Cursors(OLD).seal_position(7)) == 7
    assert unseal(RING, seal(OLD, "JBSWY3DP")) == "JBSWY3DP"
    with pytest.raises(Malformed):
        Cursors(RING).open_position(Cursors(FOREIGN).seal_position(7))
    assert unseal(RING, seal(FOREIGN, "JBSWY3DP")) is None


def test_a_generation_is_a_secret_of_its_own() -> None:
    row = uuid4()
    secrets = {report_secret(RING, row, generation) for generation in range(3)}
    assert len(secrets) == 3
    assert not is_report_secret(RING, row, report_secret(RING, row, 0), 1)
    assert read_follower_secret(RING, follower_secret(RING, row, 1), 0) is None


def test_a_secret_is_good_in_its_one_spelling() -> None:
    row = uuid4()
    for given in (report_secret(OLD, row) + ".", " " + report_secret(OLD, row), "", "=", "é", "\udc80"):
        assert not is_report_secret(OLD, row, given)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("a" * 32, ["a" * 32]),
        (f"{'b' * 32} {'a' * 40}", ["b" * 32, "a" * 40]),
        (f"{'b' * 32},\n{'a' * 40}\n", ["b" * 32, "a" * 40]),
        ("a passphrase of several words is one key", ["a passphrase of several words is one key"]),
        (f"{'a' * 32},short", [f"{'a' * 32},short"]),
    ],
)
def test_a_setting_holds_one_key_or_several(text: str, keys: list[str]) -> None:
    ring = read_keys(text)
    assert [each.decode() for each in all_keys(ring)] == keys
    assert ring == keys[0].encode()
