"""Passwords of staff: hashed with argon2id, compared without telling whether the account exists."""

from __future__ import annotations

import secrets
from functools import lru_cache

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from service.domain.codes import ALPHABET
from service.errors import invalid
from service.i18n import N_

SHORTEST, LONGEST = 10, 256

# 46 MiB, two passes, one lane: above OWASP's least, and little enough for two at a time on a small machine.
_hasher = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=47_104, parallelism=1),))


def hash_password(password: str) -> str:
    """The password as it is stored; takes some tens of milliseconds by design."""
    return _hasher.hash(password)


def verify(password: str, stored: str | None) -> tuple[bool, str | None]:
    """(whether it is the password, a new hash if the stored one was made with weaker settings).

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
    """Raises Invalid for a password that is too short, too long, or holds the account's name."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise invalid(
            ["password"],
            N_("Mật khẩu cần từ {shortest} đến {longest} ký tự."),
            shortest=SHORTEST,
            longest=LONGEST,
        )
    if username.casefold() in password.casefold():
        raise invalid(["password"], N_("Mật khẩu không được chứa tên đăng nhập."))


def generate() -> str:
    """A password of 73 bits that can be read aloud, such as `7k3m-92qf-wx4h-tprd`."""
    letters = [secrets.choice(ALPHABET.lower()) for _ in range(16)]
    return "-".join("".join(letters[at : at + 4]) for at in range(0, 16, 4))


@lru_cache
def _nobodys() -> str:
    return hash_password(secrets.token_urlsafe())
