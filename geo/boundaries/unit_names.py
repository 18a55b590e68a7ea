"""Choice of the columns that hold the code and the names of a unit, and their tidying."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

# The kinds of unit a name can begin with: since 2025 three are in use, older files have the others.
KINDS = ("phường", "xã", "đặc khu", "thị trấn", "quận", "huyện", "thị xã")


@dataclass(frozen=True)
class Columns:
    """Property names to look for, first found first used; letter case does not matter."""

    code: tuple[str, ...] = (
        "code",
        "ward_code",
        "ma",
        "ma_xa",
        "maxa",
        "ma_dvhc",
        "gso_code",
        "gso_code_2009",
        "adm3_pcode",
        "gid_3",
    )
    name: tuple[str, ...] = ("name", "ward_name", "ten", "ten_xa", "tenxa", "adm3_vi", "name_3")
    full_name: tuple[str, ...] = ("full_name", "ten_day_du", "ten_dvhc")
    kind: tuple[str, ...] = ("kind", "loai", "cap", "type_3")


class UnitName(NamedTuple):
    """A unit's code, bare name, name with its kind, and kind in small letters; each may be empty."""

    code: str
    name: str
    full_name: str
    kind: str


def unit_name(properties: Mapping[str, object], columns: Columns, fallback_code: str = "") -> UnitName:
    """Return the names of a unit, the missing ones derived from those that are there."""
    folded = {key.casefold(): value for key, value in properties.items()}
    code = _first(folded, columns.code) or tidy_property(fallback_code)
    name, full_name, kind = (_first(folded, c) for c in (columns.name, columns.full_name, columns.kind))
    found_kind, bare = split_kind(name or full_name)
    kind = (kind or found_kind or split_kind(full_name)[0]).lower()
    if not full_name:
        full_name = name if found_kind or not kind else f"{kind.capitalize()} {bare}"
    return UnitName(code, bare, full_name if bare else "", kind)


def split_kind(name: str) -> tuple[str, str]:
    """Return `Phường Phú Xuân` → (`phường`, `Phú Xuân`); no kind in front → empty kind and the name as it
    is.
    """
    for kind in KINDS:
        head, rest = name[: len(kind)], name[len(kind) :]
        if head.lower() == kind and rest.startswith(" "):
            return kind, rest.strip()
    return "", name


def tidy_property(value: object) -> str:
    """Return a property as text: composed letters (NFC), single spaces, nothing unprintable, `5.0` as `5`."""
    if value is None or isinstance(value, bool | list | dict):
        return ""
    if isinstance(value, float):
        value = int(value) if value.is_integer() else value
    words = unicodedata.normalize("NFC", str(value)).split()
    printable = ("".join(letter for letter in word if letter.isprintable()) for word in words)
    return " ".join(word for word in printable if word)


def _first(folded: Mapping[str, object], columns: tuple[str, ...]) -> str:
    return next((text for c in columns if (text := tidy_property(folded.get(c.casefold())))), "")
