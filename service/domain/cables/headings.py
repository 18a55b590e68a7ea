"""Columns of lists of routes: which heading says what, which is the name of a company."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.kernel.texts import fold
from service.domain.plans.imports.units import Directory

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "street": (
        "tuyen duong",
        "ten tuyen",
        "ten duong",
        "tuyen pho",
        "duong pho",
        "ten pho",
        "street",
        "tuyen",
        "duong",
        "tuyenduong",
        "tenduong",
        "tentuyen",
    ),
    "from_words": ("diem dau", "tu", "from", "from_words", "dau tuyen", "tu duong", "tu diem", "doan tu"),
    "to_words": ("diem cuoi", "den", "to", "to_words", "cuoi tuyen", "den duong", "den diem", "doan den"),
    "both_ends": ("pham vi", "doan", "doan tuyen", "tu den", "gioi han", "diem dau diem cuoi"),
    "length_m": ("chieu dai", "dai", "length_m", "length", "so met", "khoi luong", "chieudai", "cu ly"),
    "companies": (
        "don vi",
        "don vi thuc hien",
        "doanh nghiep",
        "company",
        "companies",
        "nha mang",
        "chu cap",
        "chu so huu cap",
        "donvi",
    ),
    "quarter": (
        "thoi gian",
        "thoi han",
        "quy",
        "quarter",
        "tien do",
        "hoan thanh",
        "thoi gian hoan thanh",
        "ke hoach",
        "quy ht",
        "quy hoan thanh",
        "han",
        "thoihan",
        "thoigian",
    ),
    "quarter_first": ("hua lan dau", "thoi gian ban dau", "quarter_first"),
    "pole_owner": ("chu cot", "don vi quan ly cot", "pole_owner", "chu so huu cot"),
}
_APART = re.compile(r"\((?:m|km|met)\)|[^0-9a-z]+")
_COUNTING = frozenset({"stt", "tt", "so tt", "so thu tu", "#", "ghi chu", "no", "no."})
LOOKED_AT = 25
"""Rows from the top among which the headings are looked for."""


@dataclass(frozen=True, slots=True)
class RouteColumns:
    """Columns of a table by what they say, those of single companies by their code; `body` begins below.

    `said` are the headings, folded, by what they say: one may tell a unit (`Chiều dài (km)`).
    """

    by_name: Mapping[str, int]
    companies: Mapping[int, str]
    body: int
    said: Mapping[str, str]


def find_columns(
    rows: Sequence[Sequence[str]], units: Directory, owners: Sequence[str]
) -> RouteColumns | None:
    """Return the columns of a table of routes, None where none names the street."""
    for at in range(min(LOOKED_AT, len(rows))):
        named = _named(rows[at])
        if "street" not in named:
            continue
        below = rows[at + 1] if at + 1 < len(rows) else ()
        firms = _firms(rows[at], units, owners)
        second = _firms(below, units, owners)
        # Names of companies may stand in a second row, under one heading for all of them.
        two = len(second) > 1 and not (
            named["street"] < len(below) and _own(rows[at], below, named["street"])
        )
        if two:
            firms = {**firms, **second}
            for column, text in enumerate(below):
                for name, where in _named([text]).items():
                    if where == 0 and name not in named:
                        named[name] = column
        taken = {name: column for name, column in named.items() if column not in firms}
        if taken.get("companies") is not None and firms and min(firms) <= taken["companies"] + 1 and two:
            taken.pop("companies")
        said = {name: fold(_heading(rows[at], below, column)) for name, column in taken.items()}
        return RouteColumns(taken, firms, at + (2 if two else 1), said)
    return None


def unread_headings(rows: Sequence[Sequence[str]], columns: RouteColumns) -> list[str]:
    """Return the headings of columns that say something and are not understood: a company by another name."""
    known, found = {*columns.by_name.values(), *columns.companies}, []
    for column, heading in enumerate(rows[columns.body - 1]):
        text = " ".join(heading.split())
        filled = any(column < len(row) and row[column].strip() for row in rows[columns.body :])
        if column not in known and filled and text and fold(text) not in _COUNTING:
            found.append(text)
    return found


def _own(above: Sequence[str], below: Sequence[str], column: int) -> bool:
    """Return whether the row below has a street of its own, not the heading again or nothing."""
    return bool(below[column].strip()) and fold(below[column]) != fold(above[column])


def _heading(above: Sequence[str], below: Sequence[str], column: int) -> str:
    return (above[column] if column < len(above) else "") or (below[column] if column < len(below) else "")


def _named(row: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for exact in (True, False):
        for column, text in enumerate(row):
            said = " ".join(_APART.sub(" ", fold(text)).split())
            if not said or column in found.values():
                continue
            for name, words in HEADINGS.items():
                plain = [word.replace("_", " ") for word in words]
                fits = _is_one(text, said, plain) if exact else _begins(said, plain)
                if fits and name not in found:
                    found[name] = column
                    break
    return found


def _is_one(text: str, heading: str, words: Sequence[str]) -> bool:
    """Return whether a heading is one of the words. GDAL writes each byte of a letter with marks in KML's
    names as `_`: `Qu__` is “Quý”.
    """
    if "__" not in text:
        return heading in words
    parts = re.split(r"(_{2,})", fold(text))
    marked = "".join(f".{{{-(-len(p) // 3)},{len(p) // 2}}}" if p[:1] == "_" else re.escape(p) for p in parts)
    return any(re.fullmatch(marked, word) for word in words)


def _begins(heading: str, words: Sequence[str]) -> bool:
    return any(len(word) > 3 and heading.startswith(word) for word in words)


def _firms(row: Sequence[str], units: Directory, owners: Sequence[str]) -> dict[int, str]:
    found: dict[int, str] = {}
    for column, text in enumerate(row):
        codes = [code for code in units.find(text).codes if code in owners] if text.strip() else []
        if len(codes) == 1 and units.find(text).exact and codes[0] not in found.values():
            found[column] = codes[0]
    return found
