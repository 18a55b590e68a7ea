"""Signing: one purpose opens no other, and a ring of keys keeps what its older keys signed."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from uuid import uuid4

import pytest

from service.domain.kernel.codes import is_report_secret, report_secret
from service.domain.kernel.follower_secrets import follower_secret, read_follower_secret
from service.domain.kernel.tokens import KeyRing, all_keys, is_same, is_signed, keyed_digest, read_keys, sign
from service.domain.notices.links import make_token, read_token
from service.domain.people.factors import seal_secret, unseal_secret
from service.domain.routing.spam import sender_hash
from service.domain.workspaces.desk.senders import pseudonym
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


def test_what_columns_hold_stays_what_it_is() -> None:
    """Digests that rows are found by, made by the code before one module made them all."""
    device = sender_hash(RING, "device", "c0ffee")
    assert device.hex() == "0df44356089ce83b0b26b5ca92e110ca"
    assert sender_hash(RING, "address", "203.0.113.9").hex() == "3fd6140643503d6682eee75b9d0e7bd6"
    assert sender_hash(RING, "device", "\udc80").hex() == "2651e17ed9f7b891c7d0b9626a7d493f"
    assert keyed_digest(RING, "person", "citizen:s3cret", 16).hex() == "5211144b7fe89bb282f916d931334b4b"
    assert keyed_digest(RING, "person", "follower:7", 16).hex() == "fc2de0fe3e526a00abd050403bacf94c"
    flags = {
        "s3cret": "a7332617f38af8410b13d798e01c850734f4bc6fba32a878a9135d78fb4c46ec",
        "device:d": "2cc1529a8baa14c5d14d623bdb0e13c2e79ee3c724666e2afdb7a4f4d084989e",
        "staff:7": "4d1ac326cfb160033198b108768702f9f20814e0413cf42bdb2b06366cbf49b7",
    }
    assert {who: keyed_digest(RING, "flag", who).hex() for who in flags} == flags
    assert [pseudonym(RING, each) for each in ("+84912345678", "an@example.vn")] == ["V9C9", "VCW6"]
    recovery = "f2c3d687f2c5dbd214ab54cadd705cc415185489aad8387757228e3b5e99d2b9"
    assert sign(RING, "recovery", b"7:7K3M92QFWX").hex() == recovery


def test_second_factors_that_are_stored_can_be_opened() -> None:
    """Sealed by the code before one module derived their key."""
    head = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0."
    by_new = f"{head}.zJ63AQsoUlxjoU4F.PYzSV8V0kY8.aQoUOPyZJG4dky0-KgnDPA"
    by_old = f"{head}.o5E6djwp_HTulVHy.szS9bT0RKbo.5ud2tTmoGfblB_TfkgVsrA"
    assert [unseal_secret(RING, each) for each in (by_new, by_old)] == ["JBSWY3DP", "JBSWY3DP"]
    assert unseal_secret(OLD, by_new) is None


def test_cursors_that_readers_keep_from_before_open() -> None:
    """Made by the code before one module signed them; `by_old` by a key that is no longer the newest."""
    cursors, by_old = Cursors(RING), "o0z-_vPA6cg3"
    assert cursors.open_position("NlD3nUEQYio3") == cursors.open_position(by_old) == 7
    assert cursors.open("reports:-created_at", "MYL2OizQFzxbIjIwMjYtMDMtMDEiLDVd") == ["2026-03-01", 5]
    for wrong in (Cursors(FOREIGN), Cursors(NEW)):
        with pytest.raises(Malformed):
            wrong.open_position(by_old)
    with pytest.raises(Malformed):
        cursors.open("news", "NlD3nUEQYio3")
    assert cursors.seal_position(7) != "NlD3nUEQYio3", "none is made any more"


def test_secrets_are_compared_whatever_they_are_written_in() -> None:
    assert is_same("é", "é".encode()) and is_same("\udc80", "\udc80")
    assert not is_same("é", "e") and not is_same("", b"x")


def test_everything_that_is_kept_for_long_outlives_a_change_of_keys() -> None:
    row = uuid4()
    assert is_report_secret(RING, row, report_secret(OLD, row))
    assert read_follower_secret(RING, follower_secret(OLD, row)) == row
    assert read_token(RING, "confirm", make_token(OLD, "confirm", row)) == row
    assert Cursors(RING).open_position(Cursors(OLD).seal_position(7)) == 7
    assert unseal_secret(RING, seal_secret(OLD, "JBSWY3DP")) == "JBSWY3DP"
    with pytest.raises(Malformed):
        Cursors(RING).open_position(Cursors(FOREIGN).seal_position(7))
    assert unseal_secret(RING, seal_secret(FOREIGN, "JBSWY3DP")) is None


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
