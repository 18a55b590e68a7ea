"""Vietnamese telephone numbers: which digits are one, how it is shown, who gave it out at first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import carrier as carriers

from service.models.numbers.kinds import NumberKind

_OLD = {
    **{f"016{last}": f"03{last}" for last in "23456789"},
    "0120": "070",
    "0121": "079",
    "0122": "077",
    "0126": "076",
    "0128": "078",
    "0123": "083",
    "0124": "084",
    "0125": "085",
    "0127": "081",
    "0129": "082",
    "0186": "056",
    "0188": "058",
    "0199": "059",
}
"""Prefixes of the mobile numbers of eleven digits, which became ten on 15 September 2018."""

_SERVICE = ("1800", "1900")
_ABROAD = ("0084", "84")
LONGEST = 15


@dataclass(frozen=True, slots=True)
class Telephone:
    """Telephone number: `digits` as people dial it at home (`0912724827`). `old` was written with its former
    prefix and stands here with the one of today: somebody has to look.
    """

    digits: str
    kind: NumberKind
    old: bool = False

    @property
    def e164(self) -> str:
        """Return the number with the country's code."""
        return f"+84{self.digits.removeprefix('0')}"

    @property
    def shown(self) -> str:
        """Return the number in groups, as it is read out."""
        return " ".join(_groups(self))

    @property
    def masked(self) -> str:
        """Return the number for the public: its middle is hidden."""
        return mask(self.digits)

    @property
    def carrier(self) -> str:
        """Company that the prefix was given to; the number may be with another by now. Blank if unknown."""
        if self.kind != NumberKind.MOBILE:
            return ""
        return _given_out(self.e164)


def telephone(digits: str) -> Telephone | None:
    """Return the number that these digits are (home or abroad, all of them), or None."""
    if not digits.isascii() or not digits.isdigit() or len(digits) > LONGEST:
        return None
    if digits.startswith(_SERVICE):
        whole = len(digits) in (8, 10)
        return Telephone(digits, NumberKind.SERVICE) if whole else None
    for code in _ABROAD:
        if digits.startswith(code):
            rest = digits.removeprefix(code)
            return _at_home(rest if rest.startswith("0") else f"0{rest}")
    return _at_home(digits)


@lru_cache(maxsize=4096)  # a page of numbers asks for each several times; without it half of its time
def of_e164(e164: str) -> Telephone:
    """Return the number that was stored. Raises ValueError for what is none."""
    rest = e164.removeprefix("+84")
    found = telephone(rest if rest.startswith(_SERVICE) else f"0{rest}")
    if found is None:
        raise ValueError("no telephone number of Vietnam")
    return found


def mask(digits: str) -> str:
    """Return digits as the public sees them: the first four, the last three."""
    return f"{digits[:4]} ••• {digits[-3:]}"


@lru_cache(maxsize=4096)  # 35 µs each
def _given_out(e164: str) -> str:
    return str(carriers.name_for_number(phonenumbers.parse(e164), "en"))


def _at_home(digits: str) -> Telephone | None:
    if len(digits) == 11 and (now := _OLD.get(digits[:4])):
        mapped = _at_home(now + digits[4:])
        return Telephone(mapped.digits, mapped.kind, old=True) if mapped else None
    if len(digits) == 10 and digits[:2] in ("03", "05", "07", "08", "09"):
        return Telephone(digits, NumberKind.MOBILE) if _valid(digits) else None
    if len(digits) == 11 and digits.startswith("02"):
        return Telephone(digits, NumberKind.LANDLINE) if _valid(digits) else None
    return None


def _valid(digits: str) -> bool:
    return phonenumbers.is_valid_number(phonenumbers.parse(f"+84{digits[1:]}"))


def _groups(number: Telephone) -> tuple[str, ...]:
    digits = number.digits
    if number.kind == NumberKind.MOBILE:
        return digits[:4], digits[4:7], digits[7:]
    if number.kind == NumberKind.LANDLINE:
        area = 3 if digits.startswith(("024", "028")) else 4
        return digits[:area], digits[area : area + 4], digits[area + 4 :]
    return (digits[:4], digits[4:]) if len(digits) == 8 else (digits[:4], digits[4:7], digits[7:])
