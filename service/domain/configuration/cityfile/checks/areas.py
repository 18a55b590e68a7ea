"""`areas.yaml` and `former_units.csv`: units, sets of them, and where former units went."""

from __future__ import annotations

from collections.abc import Iterator

from service.domain.configuration.cityfile.checks.common import check_twice, codes, unknown_reference
from service.domain.configuration.cityfile.folder import FORMER, Folder
from service.domain.configuration.cityfile.places import Mistake


def check_areas(folder: Folder) -> Iterator[Mistake]:
    """Yield mistakes among units, groups and former units."""
    for items in (folder.units, folder.groups, folder.former_units):
        yield from check_twice(folder, items)
    units = codes(folder.units)
    yield from _check_groups(folder, units)
    yield from _check_former_units(folder, units)
    yield from _check_centres(folder)


def _check_groups(folder: Folder, units: set[str]) -> Iterator[Mistake]:
    for item in folder.groups:
        if item.code in units:
            yield folder.at(item, "code", message=f'"{item.code}" is the code of a unit already')
        for number, unit in enumerate(item.value.units if item.value else ()):
            if unit not in units:
                yield folder.at(item, "units", number, message=unknown_reference("unit", unit, units))


def _check_former_units(folder: Folder, units: set[str]) -> Iterator[Mistake]:
    for item in folder.former_units:
        if item.value is None:
            continue
        if item.value.unit not in units:
            yield folder.at(item, "unit", message=unknown_reference("unit", item.value.unit, units))
        if folder.city:
            west, south, east, north = folder.city.bbox
            if not (west <= item.value.lon <= east and south <= item.value.lat <= north):
                place = f"{item.value.lon:g}, {item.value.lat:g}"
                yield folder.at(item, "lon", message=f"the centre ({place}) lies outside the city's bbox")


def _check_centres(folder: Folder) -> Iterator[Mistake]:
    """Yield a doubt for each unit without a centre:
    one that no former unit went into has no approximate area.
    """
    if FORMER not in folder.places:
        return
    reached = {item.value.unit for item in folder.former_units if item.value}
    for item in folder.units:
        if item.code and item.code not in reached:
            message = "no former unit went into it: it has no approximate area until official ones are loaded"
            yield folder.doubt(item, message=message)
