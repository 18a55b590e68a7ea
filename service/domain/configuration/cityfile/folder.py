"""Reading a city folder: every file, every entry, all that is wrong with them one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel

from geo.boundaries.boundaries import Boundary
from service.domain.configuration.cityfile.csv_file import read_csv
from service.domain.configuration.cityfile.parse import Item, Model, parse_list, parse_model, unknown_keys
from service.domain.configuration.cityfile.places import Mistake, SourcePositions, did_you_mean
from service.domain.configuration.cityfile.schema.areas import (
    AreasHeader,
    FormerUnitPart,
    GroupPart,
    LandmarkListPart,
    StreetPart,
    UnitPart,
)
from service.domain.configuration.cityfile.schema.categories import CategoryPart
from service.domain.configuration.cityfile.schema.city import CityPart
from service.domain.configuration.cityfile.schema.departments import DepartmentPart
from service.domain.configuration.cityfile.schema.penalties import PenaltyPart
from service.domain.configuration.cityfile.schema.policies import PolicyPart
from service.domain.configuration.cityfile.schema.rules import RulePart
from service.domain.configuration.cityfile.schema.templates import TemplatePart
from service.domain.configuration.cityfile.yaml_file import YamlFile, read_yaml

CITY, CATEGORIES, DEPARTMENTS = "city.yaml", "categories.yaml", "departments.yaml"
POLICIES, RULES, AREAS, FORMER = "policies.yaml", "rules.yaml", "areas.yaml", "former_units.csv"
TEMPLATES, PENALTIES = "templates.yaml", "penalties.yaml"
REQUIRED = (CITY, CATEGORIES, DEPARTMENTS, POLICIES, RULES)
STREETS, LANDMARKS = "streets.csv", "landmarks.csv"
FILES = (*REQUIRED, TEMPLATES, PENALTIES, AREAS, FORMER, STREETS, LANDMARKS)
FORMER_COLUMNS = ("code", "name", "kind", "lon", "lat", "unit")
STREET_COLUMNS = ("name", "lon", "lat")
LANDMARK_COLUMNS = ("name", "kind", "lon", "lat")


@dataclass(slots=True)
class Folder:
    """Contents of a city folder. Entries with mistakes are there without a value, so that nothing seems
    unknown.

    `boundaries` are those of a boundary file, mended; None without one.
    """

    city: CityPart | None = None
    categories: list[Item[CategoryPart]] = field(default_factory=list)
    departments: list[Item[DepartmentPart]] = field(default_factory=list)
    policies: list[Item[PolicyPart]] = field(default_factory=list)
    rules: list[Item[RulePart]] = field(default_factory=list)
    templates: list[Item[TemplatePart]] = field(default_factory=list)
    penalties: list[Item[PenaltyPart]] = field(default_factory=list)
    areas: AreasHeader = field(default_factory=AreasHeader)
    units: list[Item[UnitPart]] = field(default_factory=list)
    groups: list[Item[GroupPart]] = field(default_factory=list)
    former_units: list[Item[FormerUnitPart]] = field(default_factory=list)
    streets: list[Item[StreetPart]] = field(default_factory=list)
    landmarks: list[Item[LandmarkListPart]] = field(default_factory=list)
    boundaries: tuple[Boundary, ...] | None = None
    places: dict[str, SourcePositions] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def errors(self) -> list[Mistake]:
        """The mistakes that keep the folder from being loaded."""
        return [mistake for mistake in self.mistakes if mistake.level == "error"]

    def at(self, item: Item[BaseModel], *steps: str | int, message: str, key: bool = False) -> Mistake:
        """Return an error at a place within an entry."""
        return self.places[item.file].mistake((*item.path, *steps), message, at_key=key)

    def doubt(self, item: Item[BaseModel], *steps: str | int, message: str) -> Mistake:
        """Return a warning at a place within an entry."""
        return self.places[item.file].mistake((*item.path, *steps), message, level="warning")


def read_folder(path: Path) -> Folder:
    """Read all files of the folder. Raises nothing about their content: see `Folder.mistakes`."""
    folder = Folder()
    if not path.is_dir():
        folder.mistakes.append(Mistake(str(path), 0, 0, "", "there is no such folder"))
        return folder
    contents = _contents(path, folder)
    folder.city = _whole(folder, contents, CITY, CityPart)
    folder.categories = _listed(folder, contents, CATEGORIES, CategoryPart, "categories")
    folder.departments = _listed(folder, contents, DEPARTMENTS, DepartmentPart, "departments")
    folder.policies = _listed(folder, contents, POLICIES, PolicyPart, "policies")
    folder.rules = _listed(folder, contents, RULES, RulePart, "rules", name="number")
    if TEMPLATES in contents:
        folder.templates = _listed(folder, contents, TEMPLATES, TemplatePart, "templates")
    if PENALTIES in contents:
        folder.penalties = _listed(folder, contents, PENALTIES, PenaltyPart, "penalties")
    _read_areas(folder, contents)
    _read_former_units(folder, contents)
    _read_streets(folder, contents)
    _read_landmarks(folder, contents)
    return folder


def _contents(path: Path, folder: Folder) -> dict[str, bytes]:
    contents = {}
    for name in FILES:
        try:
            contents[name] = (path / name).read_bytes()
        except FileNotFoundError:
            if name in REQUIRED:
                hint = did_you_mean(name, {other.name for other in path.iterdir()} - set(FILES))
                folder.mistakes.append(Mistake(name, 0, 0, "", f"the file is missing{hint}"))
        except OSError as wrong:
            folder.mistakes.append(Mistake(name, 0, 0, "", f"not readable: {wrong.strerror}"))
    return contents


def _yaml(folder: Folder, contents: Mapping[str, bytes], name: str) -> YamlFile | None:
    """Return the file as a mapping; None, and the reason told, when it is none."""
    if name not in contents:
        return None
    read = read_yaml(name, contents[name])
    folder.places[name] = read.places
    folder.mistakes += read.mistakes
    if isinstance(read.data, dict):
        return read
    if not read.mistakes:
        message = (
            "the file says nothing" if read.data is None else "expected a mapping: keys with their values"
        )
        folder.mistakes.append(Mistake(name, 1, 1, "", message))
    return None


def _whole(folder: Folder, contents: Mapping[str, bytes], name: str, model: type[Model]) -> Model | None:
    read = _yaml(folder, contents, name)
    if read is None:
        return None
    found, mistakes = parse_model(model, read.data, (), read.places)
    folder.mistakes += mistakes
    return found


def _listed(
    folder: Folder,
    contents: Mapping[str, bytes],
    file: str,
    model: type[Model],
    key: str,
    *,
    name: str = "code",
) -> list[Item[Model]]:
    """Return the entries of a file that is one list under one key."""
    read = _yaml(folder, contents, file)
    if read is None or not isinstance(read.data, dict):
        return []
    folder.mistakes += unknown_keys(read.data, (key,), read.places)
    return _entries(folder, read, model, key, name)


def _entries(folder: Folder, read: YamlFile, model: type[Model], key: str, name: str) -> list[Item[Model]]:
    data = read.data
    if not isinstance(data, dict) or key not in data:
        folder.mistakes.append(read.places.mistake((), f'"{key}" is missing'))
        return []
    items, mistakes = parse_list(model, data[key], (key,), read.places, name=name)
    folder.mistakes += mistakes
    return items


def _read_areas(folder: Folder, contents: Mapping[str, bytes]) -> None:
    read = _yaml(folder, contents, AREAS)
    if read is None or not isinstance(read.data, dict):
        return
    lists: dict[str, type[BaseModel]] = {"units": UnitPart, "groups": GroupPart}
    known = (*AreasHeader.model_fields, *lists)
    folder.mistakes += unknown_keys(read.data, known, read.places)
    head = {key: value for key, value in read.data.items() if key in AreasHeader.model_fields}
    found, mistakes = parse_model(AreasHeader, head, (), read.places)
    folder.areas = found or folder.areas
    folder.mistakes += mistakes
    if "units" in read.data:
        folder.units = _entries(folder, read, UnitPart, "units", "code")
    if "groups" in read.data:
        folder.groups = _entries(folder, read, GroupPart, "groups", "code")


def _read_former_units(folder: Folder, contents: Mapping[str, bytes]) -> None:
    if FORMER not in contents:
        return
    rows, places, mistakes = read_csv(FORMER, contents[FORMER], FORMER_COLUMNS, ("district",))
    folder.places[FORMER] = places
    folder.mistakes += mistakes
    folder.former_units, mistakes = parse_list(FormerUnitPart, rows, (), places)
    folder.mistakes += mistakes


def _read_streets(folder: Folder, contents: Mapping[str, bytes]) -> None:
    if STREETS not in contents:
        return
    rows, places, mistakes = read_csv(STREETS, contents[STREETS], STREET_COLUMNS, ("district", "radius_m"))
    folder.places[STREETS] = places
    folder.mistakes += mistakes
    folder.streets, mistakes = parse_list(StreetPart, rows, (), places, name="name")
    folder.mistakes += mistakes


def _read_landmarks(folder: Folder, contents: Mapping[str, bytes]) -> None:
    if LANDMARKS not in contents:
        return
    rows, places, mistakes = read_csv(LANDMARKS, contents[LANDMARKS], LANDMARK_COLUMNS, ("radius_m",))
    folder.places[LANDMARKS] = places
    folder.mistakes += mistakes
    folder.landmarks, mistakes = parse_list(LandmarkListPart, rows, (), places, name="name")
    folder.mistakes += mistakes
