"""Passwords of staff: hashed with argon2id, compared without telling whether the account exists."""

from __future__ import annotations

import secrets
from functools import lru_cache

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from service.domain.kernel.codes import ALPHABET
from service.errors import Invalid, invalid
from service.i18n import N_

SHORTEST, LONGEST = 10, 256

COMMON = frozenset(
    [
        "1234567890",
        "0123456789",
        "12345678910",
        "123456789a",
        "123456789q",
        "1234567891",
        "1234567899",
        "0987654321",
        "9876543210",
        "1111111111",
        "0000000000",
        "1122334455",
        "1234512345",
        "qwertyuiop",
        "1q2w3e4r5t",
        "q1w2e3r4t5",
        "1qaz2wsx3edc",
        "zaq12wsxcde3",
        "asdfghjkl;",
        "qwerty1234",
        "qwerty12345",
        "qwerty123456",
        "asdfghjkl1",
        "abcdefghij",
        "abcd123456",
        "abc1234567",
        "abc123456789",
        "password12",
        "password123",
        "password1234",
        "passw0rd123",
        "p@ssw0rd123",
        "p@ssword123",
        "iloveyou123",
        "iloveyou12",
        "admin12345",
        "admin123456",
        "administrator",
        "welcome123",
        "changeme123",
        "letmein123",
        "matkhau123",
        "matkhau1234",
        "matkhau12345",
        "matkhau123456",
        "matkhau@123",
        "vietnam123",
        "vietnam2024",
        "vietnam2025",
        "vietnam2026",
        "anhyeuem123",
        "emyeuanh123",
        "yeuanhnhieu",
        "yeuemnhieu",
        "khongcopass",
        "khongbiet123",
        "thanhpho123",
        "hue1234567",
        "hue@123456",
        "thanhphohue",
        "nguyenvana123",
        "aaaaaaaaaa",
        "1a2b3c4d5e",
        "superman123",
        "football123",
        "baseball123",
        "monkey12345",
        "dragon12345",
        "sunshine123",
    ]
)
"""The commonest ones that are long enough; `HIENTRUONG_BREACHED_PASSWORDS` names a file of all the others."""

# 46 MiB, two passes, one lane: above OWASP's least, and little enough for two at a time on a small machine.
_hasher = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=47_104, parallelism=1),))


def hash_password(password: str) -> str:
    """Return the password as it is stored; takes some tens of milliseconds by design."""
    return _hasher.hash(password)


def verify(password: str, stored: str | None) -> tuple[bool, str | None]:
    """Return (whether it is the password, a new hash if the stored one was made with weaker settings).

    Without a stored hash (no such account, or one that signs in elsewhere) it takes as long and is false.
    """
    if len(password) > LONGEST:
        password, stored = password[:LONGEST], None
    try:
        matches, better = _hasher.verify_and_update(password, stored or _nobodys())
    except UnknownHashError:
        return False, None
    return (matches, better) if stored else (False, None)


def check_password(password: str, username: str) -> None:
    """Raises Invalid for a password that is too short, too long, common, or holds the account's name."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise invalid(
            ["password"],
            N_("Mật khẩu cần từ {shortest} đến {longest} ký tự."),
            shortest=SHORTEST,
            longest=LONGEST,
        )
    if comparable_password(password) in COMMON:
        raise common_password_refusal(["password"])
    if username.casefold() in password.casefold():
        raise invalid(["password"], N_("Mật khẩu không được chứa tên đăng nhập."))


def comparable_password(password: str) -> str:
    """Return how a password is compared with lists: small letters, no spaces."""
    return "".join(password.casefold().split())


def common_password_refusal(loc: list[str | int]) -> Invalid:
    """Return the refusal of a password that is on a list."""
    return invalid(loc, N_("Mật khẩu này quá phổ biến hoặc đã bị lộ. Hãy chọn mật khẩu khác."))


def generate() -> str:
    """Return a password of 73 bits that can be read aloud, such as `7k3m-92qf-wx4h-tprd`."""
    letters = [secrets.choice(ALPHABET.lower()) for _ in range(16)]
    return "-".join("".join(letters[at : at + 4]) for at in range(0, 16, 4))


@lru_cache
def _nobodys() -> str:
    return hash_password(secrets.token_urlsafe())
