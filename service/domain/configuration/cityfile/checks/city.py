"""`city.yaml`: a box that is one, a centre inside it, a triage department that exists."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from service.domain.configuration.cityfile.checks.common import codes, unknown_reference
from service.domain.configuration.cityfile.folder import CITY, Folder
from service.domain.configuration.cityfile.places import Mistake, Path
from service.domain.configuration.cityfile.schema.city import CityPart

MAX_SIDE_DEG = 15.0


def check_city(folder: Folder) -> Iterator[Mistake]:
    """Yield mistakes between the values of `city.yaml`, and with the departments."""
    city = folder.city
    if city is None:
        return
    yield from _check_box(folder, city)
    known = codes(folder.departments)
    if city.triage_department not in known:
        yield _at(
            folder, ("triage_department",), unknown_reference("department", city.triage_department, known)
        )
    yield from _check_calendar(folder, city)
    yield from _check_ladder(folder, city)
    yield from _check_decency(folder, city)
    yield from _check_sign_in(folder, city)
    yield from _check_open_data(folder, city)
    yield from _check_partners(folder, city)
    yield from _check_cables(folder, city)
    yield from _check_surveys(folder, city)
    units = codes(folder.departments) | codes(folder.units)
    for said, code in city.unit_aliases.items():
        if code not in units:
            yield _at(folder, ("unit_aliases", said), unknown_reference("department", code, units))


def _check_box(folder: Folder, city: CityPart) -> Iterator[Mistake]:
    west, south, east, north = city.bbox
    if west >= east:
        yield _at(folder, ("bbox", 0), f"west ({west:g}) is not left of east ({east:g})")
    if south >= north:
        yield _at(folder, ("bbox", 1), f"south ({south:g}) is not below north ({north:g})")
    if west >= east or south >= north:
        return
    if max(east - west, north - south) > MAX_SIDE_DEG:
        yield _at(
            folder, ("bbox",), f"more than {MAX_SIDE_DEG:g} degrees wide or high; longitude comes first"
        )
    elif not (west <= city.centre.lon <= east and south <= city.centre.lat <= north):
        swapped = west <= city.centre.lat <= east and south <= city.centre.lon <= north
        hint = "; longitude and latitude are swapped" if swapped else ""
        yield _at(folder, ("centre",), f"the centre lies outside bbox{hint}")


def _check_calendar(folder: Folder, city: CityPart) -> Iterator[Mistake]:
    calendar = city.calendar
    if not any(calendar.working_hours.by_weekday().values()):
        yield _at(folder, ("calendar", "working_hours"), "no day of the week is worked")
    seen = set()
    for key in ("days_off", "working_days"):
        for number, day in enumerate(getattr(calendar, key)):
            if day.date in seen:
                yield _at(folder, ("calendar", key, number, "date"), f"{day.date} is given twice")
            seen.add(day.date)


def _check_ladder(folder: Folder, city: CityPart) -> Iterator[Mistake]:
    """Yield a mistake for each rung of the ladder that is not later than the one before."""
    for number, (rung, after) in enumerate(pairwise(city.escalation), 1):
        if after.after_working_days <= rung.after_working_days:
            message = f"not later than the step before ({rung.after_working_days} working days)"
            yield _at(folder, ("escalation", number, "after_working_days"), message)


def _check_decency(folder: Folder, city: CityPart) -> Iterator[Mistake]:
    known = codes(folder.categories)
    for code in city.masking.categories:
        if code not in known:
            yield _at(folder, ("masking", "categories", code), unknown_reference("category", code, known))
    for number, code in enumerate(city.spam.phrases_allowed_in):
        if code not in known:
            yield _at(
                folder, ("spam", "phrases_allowed_in", number), unknown_reference("category", code, known)
            )


def _check_sign_in(folder: Folder, city: CityPart) -> Iterator[Mistake]:
    known = codes(folder.departments) | codes(folder.units)
    for number, grant in enumerate(city.sign_in.grants):
        if grant.department and grant.department not in known:
            path = ("sign_in", "grants", number, "department")
            yield _at(folder, path, unknown_reference("department", grant.department, known))
        if grant.area_group and grant.area_group not in codes(folder.groups):
            path = ("sign_in", "grants", number, "area_group")
            yield _at(
                folder, path, unknown_reference("group of units", grant.area_group, codes(folder.groups))
            )
    for word, code in city.sign_in.departments.items():
        if code not in known:
            yield _at(folder, ("sign_in", "departments", word), unknown_reference("department", code, known))


def _check_open_data(folder: Folder, city: CityPart) -> Iterator[Mistake]:
    known = codes(folder.categories)
    for number, code in enumerate(city.open_data.coarse if city.open_data else ()):
        if code not in known:
            yield _at(folder, ("open_data", "coarse", number), unknown_reference("category", code, known))


def _check_partners(folder: Folder, city: CityPart) -> Iterator[Mistake]:
    departments, categories = codes(folder.departments) | codes(folder.units), codes(folder.categories)
    seen: set[str] = set()
    for number, partner in enumerate(city.partners):
        path: Path = ("partners", number, "department")
        if partner.department not in departments:
            yield _at(folder, path, unknown_reference("department", partner.department, departments))
        if partner.department in seen:
            yield _at(folder, path, f'"{partner.department}" is a partner already')
        seen.add(partner.department)
        for code in partner.services:
            if code not in categories:
                yield _at(
                    folder,
                    ("partners", number, "services", code),
                    unknown_reference("category", code, categories),
                )


def _check_cables(folder: Folder, city: CityPart) -> Iterator[Mistake]:
    part = city.cables
    if part is None:
        return
    departments, categories = codes(folder.departments) | codes(folder.units), codes(folder.categories)
    named: list[tuple[Path, str | None]] = [
        (("cables", "office"), part.office),
        (("cables", "pole_owner"), part.pole_owner),
        *((("cables", "companies", number), code) for number, code in enumerate(part.companies)),
    ]
    for path, code in named:
        if code is not None and code not in departments:
            yield _at(folder, path, unknown_reference("department", code, departments))
    if part.category not in categories:
        yield _at(folder, ("cables", "category"), unknown_reference("category", part.category, categories))
    if city.works is None:
        yield _at(folder, ("cables",), "needs `works`: sections are works")


def _check_surveys(folder: Folder, city: CityPart) -> Iterator[Mistake]:
    departments, categories = codes(folder.departments) | codes(folder.units), codes(folder.categories)
    for number, each in enumerate(city.surveys.proposed):
        path: Path = ("surveys", "proposed", number)
        if each.lead not in departments:
            yield _at(folder, (*path, "lead"), unknown_reference("department", each.lead, departments))
        if each.category not in categories:
            yield _at(folder, (*path, "category"), unknown_reference("category", each.category, categories))


def _at(folder: Folder, path: Path, message: str) -> Mistake:
    return folder.places[CITY].mistake(path, message)
