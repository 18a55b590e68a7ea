"""Numbers as people write them: what a citizen answered, what a colleague types."""

from __future__ import annotations

from unicodedata import category, normalize

from service.domain.numbers.telephones import Telephone, telephone
from service.errors import invalid
from service.i18n import N_

ANSWER = "phone"
"""The question that asks for the number on an advertisement: kinds that ask it have their photos read."""

_BETWEEN = frozenset(".,()/_·")
_UNSEEN = frozenset({"Zs", "Pd", "Cf"})
"""Spaces and dashes of every kind, and marks of direction that come along when a number is copied."""


def typed_number(written: str, field: str) -> Telephone:
    """Return the number that somebody typed. Raises Invalid, naming the field."""
    digits = _joined(written)
    found = telephone(digits.removeprefix("+")) if digits.count("+") <= 1 else None
    if found is None:
        raise invalid([field], N_("Đây không phải số điện thoại ở Việt Nam. Hãy nhập đủ các chữ số."))
    return found


def number_in_answer(written: object) -> Telephone | None:
    """Return the number that a citizen wrote as their answer, if it is one."""
    if not isinstance(written, str):
        return None
    return telephone(_joined(written).removeprefix("+"))


def _joined(written: str) -> str:
    """Return what was written without what only separates its digits; wide digits are digits."""
    plain = normalize("NFKC", written)
    return "".join(each for each in plain if each not in _BETWEEN and category(each) not in _UNSEEN)
