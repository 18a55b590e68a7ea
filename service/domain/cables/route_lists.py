"""Lists of routes out of files: what rows say, and what has to be decided before they are taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from service.domain.cables.access import cables_of
from service.domain.cables.headings import RouteColumns, find_columns, unread_headings
from service.domain.cables.lines import read_line
from service.domain.cables.quarters import quarter_of, read_quarter
from service.domain.cables.routes import route_key
from service.domain.city.reference import Reference
from service.domain.city.search.words import street_key
from service.domain.kernel.texts import fold
from service.domain.plans.imports.blocks import Content, GridTable
from service.domain.plans.imports.units import Directory, city_directory
from service.errors import Invalid

_NONE = frozenset({"", "-", "–", "—", "0", "khong", "x0", "/", "k"})
_APART = re.compile(r"[;,\n+&/\[\]\"]|\bvà\b")
_SUM = re.compile(r"^(?:tong(?: cong| so)?|cong)\b")
_SHORT = re.compile(r"^\s*(?:Đ|đ|D)\s*\.\s*")
_QUARTER_NUMBER = re.compile(r"^\s*(iv|i{1,3}|[1-4])\s*(?:[/.-]\s*(20\d\d))?\s*$", re.IGNORECASE)
_ENDS = re.compile(
    r"^(?:đoạn\s+)?(?:từ\s+)?(.+?)\s*(?:\s(?:đến|tới)\s|\s[-–—]\s|→|->)\s*(.+)$", re.IGNORECASE
)
_BRACKETS = re.compile(r"^(.+?)\s*\((.+)\)\s*$")
_GOES_ON = re.compile(r"^(.+?)[\s,;:–-]+((?:đoạn|từ)\s.+)$", re.IGNORECASE)
_NUMBER = re.compile(r"(\d[\d.,]*)\s*(km|m)?\b", re.IGNORECASE)
_BELOW_NOTHING = re.compile(r"^\W*[-−–—]\s*\d")
MOST_ROUTES = 500

Features = Sequence[tuple[Mapping[str, str], Mapping[str, object] | None]]
"""Features of a map file: attributes by name, and the line as GeoJSON where one was drawn."""


@dataclass(frozen=True, slots=True)
class ProposedSection:
    """Part of a company as the file has it; without metres the whole route."""

    company: str
    metres: int | None = None


@dataclass
class ProposedRoute:
    """Route as a file has it. `unclear` names what is to be decided; `known` is a route of the plan."""

    street: str
    from_words: str = ""
    to_words: str = ""
    length_m: int | None = None
    quarter: str | None = None
    quarter_words: str = ""
    quarter_first: str | None = None
    pole_owner: str | None = None
    geometry: Mapping[str, object] | None = None
    sections: list[ProposedSection] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    known: int | None = None


@dataclass(frozen=True, slots=True)
class RouteRow:
    """Row of a list, or feature of a file: texts by column, and the line that comes with it."""

    cells: Mapping[str, str]
    companies: Mapping[str, str]
    geometry: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class RouteReader:
    """Reader of rows, with the city, its streets and units, the day, and the plan so far."""

    reference: Reference
    units: Directory
    streets: frozenset[str]
    owners: tuple[str, ...]
    today: date
    known: Mapping[str, int]

    def understand(self, rows: Iterable[RouteRow]) -> list[ProposedRoute]:
        """Return the routes, rows of the same one joined."""
        found: dict[str, ProposedRoute] = {}
        last: ProposedRoute | None = None
        for row in rows:
            street = _street(row.cells.get("street", ""))
            if (not street and last is None) or self._is_heading(street, row):
                continue
            if street:
                start = row.cells.get("from_words", "").strip()[:200]
                end = row.cells.get("to_words", "").strip()[:200]
                if not start and not end:
                    street, start, end = self._with_its_ends(street)
                new = ProposedRoute(street[:200], start, end)
                last = found.setdefault(route_key(street, start, end), new)
            if last is not None:
                self._add(last, row)
        for key, each in found.items():
            self._judge(key, each)
        return list(found.values())

    def _with_its_ends(self, words: str) -> tuple[str, str, str]:
        """Return street, start and end of a cell that says all of them: `Bà Triệu (từ Lê Lợi đến Tố Hữu)`."""
        inside = _BRACKETS.match(words)
        named = inside or _GOES_ON.match(words)
        ends = _ENDS.match(" ".join(named[2].split())) if named else None
        if named is None or ends is None or (not inside and street_key(named[1]) not in self.streets):
            return words, "", ""
        return named[1].strip(), ends[1].strip()[:200], ends[2].strip()[:200]

    def _is_heading(self, street: str, row: RouteRow) -> bool:
        """Return whether a row is a sum or a heading of what follows (“Phường Thuận Hóa”), not a route."""
        if _SUM.match(fold(street)):
            return True
        others = [words for name, words in row.cells.items() if name != "street" and words.strip()]
        bare = not others and not row.companies and row.geometry is None
        return bare and bool(street) and street_key(street) not in self.streets

    def _add(self, route: ProposedRoute, row: RouteRow) -> None:
        cells = row.cells
        said_length = cells.get("length_m", "")
        route.length_m = route.length_m or read_metres(said_length, least=1)
        if _BELOW_NOTHING.match(said_length):
            _ask(route, "length_m")
        if said := cells.get("quarter", "").strip():
            route.quarter_words = route.quarter_words or said
            route.quarter = route.quarter or read_quarter(said, self.today.year)
        if first := cells.get("quarter_first", "").strip():
            route.quarter_first = read_quarter(first, self.today.year)
        if owner := cells.get("pole_owner", "").strip():
            codes = self.units.find(owner).codes
            route.pole_owner = codes[0] if len(codes) == 1 else None
        if row.geometry is not None and route.geometry is None:
            try:
                route.length_m = route.length_m or read_line(self.reference, row.geometry)[1]
                route.geometry = row.geometry
            except Invalid as wrong:
                route.faults.append(wrong.errors[0].msg)
        self._companies(route, row)

    def _companies(self, route: ProposedRoute, row: RouteRow) -> None:
        for code, said in row.companies.items():
            self._section(route, code, said)
        for name in _APART.split(row.cells.get("companies", "")):
            if fold(name).strip() in _NONE:
                continue
            owners = [code for code in self.units.find(name.strip()).codes if code in self.owners]
            if len(owners) == 1:
                self._section(route, owners[0], "")
            else:
                _ask(route, "companies")

    def _section(self, route: ProposedRoute, code: str, text: str) -> None:
        if _BELOW_NOTHING.match(text):
            _ask(route, "companies")
            return
        if all(each.company != code for each in route.sections):
            route.sections.append(ProposedSection(code, read_metres(text)))

    def _judge(self, key: str, route: ProposedRoute) -> None:
        if street_key(route.street) not in self.streets:
            route.unclear.append("street")
        route.known = self.known.get(key)
        if route.known is None and (route.quarter is None or route.quarter < quarter_of(self.today)):
            route.unclear.append("quarter")
        if route.length_m is None and route.geometry is None and route.known is None:
            _ask(route, "length_m")
        if not route.sections and route.known is None:
            _ask(route, "companies")


def route_reader(
    reference: Reference, streets: Iterable[str], today: date, known: Mapping[str, int]
) -> RouteReader:
    """Return the reader of a city; `streets` are keys of its list, `known` the plan's by key."""
    owners = cables_of(reference).companies
    return RouteReader(
        reference, city_directory(reference, frozenset()), frozenset(streets), owners, today, known
    )


def rows_of_content(content: Content, reader: RouteReader) -> list[RouteRow]:
    """Return the rows of every table that lists routes."""
    found: list[RouteRow] = []
    for texts, columns in _tables(content, reader):
        found += [_row(texts_of, columns) for texts_of in texts[columns.body :]]
    return [row for row in found if any(row.cells.values()) or row.companies]


def unread_columns(content: Content, reader: RouteReader) -> list[str]:
    """Return the headings of columns that nothing was taken from, each once."""
    found = [unread_headings(texts, columns) for texts, columns in _tables(content, reader)]
    return list(dict.fromkeys(heading for each in found for heading in each))


def _tables(content: Content, reader: RouteReader) -> Iterator[tuple[list[list[str]], RouteColumns]]:
    """Yield the tables that list routes, with their columns."""
    for block in content.blocks:
        if isinstance(block, GridTable):
            texts = [[cell.text for cell in row] for row in block.rows]
            columns = find_columns(texts, reader.units, reader.owners)
            if columns is not None:
                yield texts, columns


def rows_of_features(features: Features, reader: RouteReader) -> list[RouteRow]:
    """Return the rows of a map file's features: their attributes by name, and their lines."""
    found = []
    for properties, geometry in features:
        if geometry is None and not any(properties.values()):
            continue
        names, values = list(properties), list(properties.values())
        columns = find_columns([names], reader.units, reader.owners)
        if columns is None:  # the name that KML and others give each feature is the street
            named = ["street" if fold(each) in ("name", "ten") else each for each in names]
            columns = find_columns([named], reader.units, reader.owners)
        found.append(_row(values, columns, geometry) if columns else RouteRow({}, {}, geometry))
    return found


def read_metres(words: str, least: int = 2) -> int | None:
    """Return the metres that a cell says, as Vietnamese writes numbers (`1.200 m`, `1,2 km`); None for one
    that says none. Fewer than `least` is a mark, not a length, and so is a number below nought (`-5`).
    """
    if _BELOW_NOTHING.match(words):
        return None
    if read_quarter(words, 2000) is not None and "m" not in fold(words).split():
        return None
    found = _NUMBER.search(words)
    if found is None:
        return None
    text, unit = found[1].rstrip(".,"), (found[2] or "m").lower()
    thousands = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", text) is not None and unit == "m"
    if both := re.fullmatch(r"(\d{1,3}(?:\.\d{3})+),\d+|(\d{1,3}(?:,\d{3})+)\.\d+", text):
        text, thousands = (both[1] or both[2]), True
    plain = re.sub(r"[.,]", "", text) if thousands else text.replace(",", ".")
    try:
        metres = round(float(plain) * (1000 if unit == "km" else 1))
    except ValueError:
        return None
    return metres if least <= metres <= 50_000 else None


def _row(
    texts: Sequence[str], columns: RouteColumns, geometry: Mapping[str, object] | None = None
) -> RouteRow:
    def text(column: int) -> str:
        return texts[column] if column < len(texts) else ""

    cells = {name: text(column) for name, column in columns.by_name.items()}
    kilometres = re.search(r"\bkm\b", columns.said.get("length_m", "")) is not None
    if kilometres and re.fullmatch(r"[\d.,\s]+", cells.get("length_m", "")):
        cells["length_m"] += " km"
    # Under “Quý” a bare 3/2026 is a quarter, not a month.
    if columns.said.get("quarter", "").startswith("quy") and (said := cells["quarter"].strip()):
        cells["quarter"] = f"Quý {said}" if _QUARTER_NUMBER.match(said) else said
    if ends := _ENDS.match(" ".join(cells.pop("both_ends", "").split())):
        cells = {"from_words": ends[1], "to_words": ends[2], **{k: v for k, v in cells.items() if v}}
    firms = {code: text(column) for column, code in columns.companies.items() if _is_there(text(column))}
    return RouteRow(cells, firms, geometry)


def _street(words: str) -> str:
    """Return a street's name with its abbreviated first word written out."""
    return _SHORT.sub("Đường ", words.strip())


def _ask(route: ProposedRoute, what: str) -> None:
    """Note once that something of the route is to be decided."""
    if what not in route.unclear:
        route.unclear.append(what)


def _is_there(cell: str) -> bool:
    return fold(cell).strip() not in _NONE
