"""Numbers as people write them: what a citizen answered, what a colleague types."""

from __future__ import annotations

from service.domain.numbers.telephones import Telephone, telephone
from service.errors import invalid
from service.i18n import N_

ANSWER = "phone"
"""The question that asks for the number on an advertisement: kinds that ask it have their photos read."""

_PARTS = str.maketrans("", "", " .-()/\u00a0\u00b7")


def typed_number(written: str, field: str) -> Telephone:
    """Return the number that somebody typed. Raises Invalid, naming the field."""
    digits = written.translate(_PARTS)
    found = telephone(digits.removeprefix("+")) if digits.count("+") <= 1 else None
    if found is None:
        raise invalid([field], N_("Đây không phải số điện thoại ở Việt Nam. Hãy nhập đủ các chữ số."))
    return found


def said_number(written: object) -> Telephone | None:
    """Return the number that a citizen wrote as their answer, if it is one."""
    if not isinstance(written, str):
        return None
    return telephone(written.translate(_PARTS).removeprefix("+"))
