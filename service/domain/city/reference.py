"""Reference data as frozen read models: loaded whole, kept by processes until the city's revision grows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.city.basemap import Basemap, read_basemap
from service.domain.city.config import AreaGroup, CityConfig, read_config
from service.domain.city.config_parts import UnitBrief
from service.domain.city.logo import LogoView, read_logo
from service.domain.kernel.masking import Masking, MaskingRules, masking_rules
from service.errors import Unavailable
from service.i18n import N_, Language, language_in_use, pick
from service.models import Area, Category, City, Department, MapFile, QuestionSpec

DEGREE_M = 111_320
"""Metres in a degree of latitude."""


ENGLISH_KINDS = {"phường": "Ward", "xã": "Commune", "thị trấn": "Township", "đặc khu": "Special Zone"}
"""Kinds of units in English; a kind that is not here stays as it is."""


@dataclass(frozen=True, slots=True)
class CategoryView:
    """Category; `path` runs from the root to itself."""

    id: int
    code: str
    parent_id: int | None
    path: tuple[str, ...]
    name: Mapping[str, str]
    description: Mapping[str, str]
    icon: str
    keywords: tuple[str, ...]
    questions: tuple[QuestionSpec, ...]
    duplicate_radius_m: float
    duplicate_window_hours: float
    duplicate_action: str
    inspection_radius_m: float
    evidence_required: bool
    publication: str
    position: int
    active: bool


@dataclass(frozen=True, slots=True)
class DepartmentView:
    """Department; `ward_code` for ward committees."""

    id: int
    code: str
    name: Mapping[str, str]
    short_name: Mapping[str, str]
    kind: str
    parent_id: int | None
    ward_code: str | None
    active: bool
    phone: str | None = None
    email: str | None = None
    dissolved_on: date | None = None
    successor_id: int | None = None


@dataclass(frozen=True, slots=True)
class WardView:
    """Ward's names without its polygon; `current` is false for boundaries no longer in force.

    `lon`, `lat` is a place inside it in degrees, `radius_m` that of a circle of its size.
    """

    id: int
    code: str
    name: str
    full_name: str
    unit_kind: str
    approximate: bool
    current: bool
    other_names: str
    lon: float
    lat: float
    radius_m: float

    @property
    def said_name(self) -> str:
        """Return the full name in the language in use."""
        return self.named_in(language_in_use.get())

    def named_in(self, language: Language) -> str:
        """Return the full name in a language: `Phường Phú Xuân`, `Phú Xuân Ward`."""
        kind = ENGLISH_KINDS.get(self.unit_kind.casefold(), "")
        return f"{self.name} {kind}" if kind and language == "en" else self.full_name


@dataclass(frozen=True)
class Reference:
    """All reference data of the city at one revision; lookups by id and by code.

    `map_credits` names whose the loaded streets, landmarks and water are; `has_streets` says that maps
    draw any.
    """

    revision: int
    city_code: str
    city_name: Mapping[str, str]
    timezone: str
    code_prefix: str
    config: CityConfig
    categories: Mapping[int, CategoryView]
    departments: Mapping[int, DepartmentView]
    wards: Mapping[int, WardView]
    basemap: Basemap | None = None
    has_streets: bool = False
    map_credits: tuple[str, ...] = ()
    logo: LogoView | None = None

    @cached_property
    def category_by_code(self) -> Mapping[str, CategoryView]:
        """Return categories by code, inactive ones too."""
        return {view.code: view for view in self.categories.values()}

    @cached_property
    def department_by_code(self) -> Mapping[str, DepartmentView]:
        """Return departments by code, inactive ones too."""
        return {view.code: view for view in self.departments.values()}

    @cached_property
    def ward_by_code(self) -> Mapping[str, WardView]:
        """Return wards in force by code."""
        return {view.code: view for view in self.wards.values() if view.current}

    @property
    def service_name(self) -> Mapping[str, str]:
        """Name of the service by language; the city's where it has none of its own."""
        return self.config.service_name or self.city_name

    @cached_property
    def masking(self) -> MaskingRules:
        """Return rules of what is hidden from the public in what people wrote."""
        return masking_rules(self.config.masking, self._offices())

    def _offices(self) -> Iterator[str]:
        """Yield the numbers and addresses at which the administration is reached, to be read by everybody."""
        lines = [*self.config.emergency_numbers, *([self.config.hotline] if self.config.hotline else ())]
        yield from (line.phone for line in lines if line.phone)
        for unit in self.departments.values():
            yield from (said for said in (unit.phone, unit.email) if said)

    def masking_of(self, category_id: int) -> Masking:
        """Return the masking of texts of reports of one category."""
        return self.masking.of(self.categories[category_id].path)

    @cached_property
    def _below(self) -> Mapping[int, frozenset[int]]:
        return {root: frozenset(self._walk_down(root)) for root in self.departments}

    def departments_below(self, department_id: int) -> frozenset[int]:
        """Return the department and all below it."""
        return self._below.get(department_id, frozenset())

    def categories_below(self, code: str) -> frozenset[int]:
        """Return ids of the category and all below it; empty for an unknown code."""
        return frozenset(view.id for view in self.categories.values() if code in view.path)

    def ward_ids(self, code: str) -> frozenset[int]:
        """Return ids of every boundary that the ward, or the wards of the group, ever had: lists span a
        change of boundaries.
        """
        group = self.area_group(code)
        codes = group.wards if group else (code,)
        return frozenset(view.id for view in self.wards.values() if view.code in codes)

    def area_group(self, code: str) -> AreaGroup | None:
        """Return the group of wards with that code."""
        return next((each for each in self.config.area_groups if each.code == code), None)

    def _walk_down(self, root: int) -> Iterator[int]:
        yield root
        for view in self.departments.values():
            if view.parent_id == root:
                yield from self._walk_down(view.id)


def revision(session: Session) -> int:
    """Return the city's revision; Unavailable while no city is loaded."""
    found: int | None = session.scalar(select(City.revision))
    if found is None:
        raise Unavailable(N_("Chưa nạp dữ liệu thành phố. Chạy: hientruong city load hue"))
    return found


def load_reference(session: Session) -> Reference:
    """Read everything; a few milliseconds. Unavailable while no city is loaded."""
    city = session.scalar(select(City))
    if city is None:
        raise Unavailable(N_("Chưa nạp dữ liệu thành phố. Chạy: hientruong city load hue"))
    maps = session.scalars(select(MapFile).where(MapFile.features > 0).order_by(MapFile.part)).all()
    return Reference(
        revision=city.revision,
        city_code=city.code,
        city_name=city.name,
        timezone=city.timezone,
        code_prefix=city.code_prefix,
        config=read_config(city.config),
        categories=_categories(session),
        departments={d.id: _department(d) for d in session.scalars(select(Department))},
        wards=_wards(session),
        basemap=read_basemap(city.basemap),
        has_streets=bool(maps),
        map_credits=tuple(dict.fromkeys(each.attribution for each in maps if each.attribution)),
        logo=read_logo(session, city.logo),
    )


class ReferenceCache:
    """Keeps one `Reference` and looks at the revision at most every `every_s` seconds."""

    def __init__(self, every_s: float = 1.0) -> None:
        self._every_s = every_s
        self._checked = float("-inf")
        self._kept: Reference | None = None

    def fresh(self, now_s: float) -> Reference | None:
        """Return the kept reference if it was checked within `every_s` of the monotonic time `now_s`."""
        return self._kept if now_s - self._checked < self._every_s else None

    @property
    def last_known(self) -> Reference | None:
        """Return what was read last, however long ago: for pages that must be drawn while the database is
        away.
        """
        return self._kept

    def get(self, session: Session, now_s: float) -> Reference:
        """Return the reference, re-read when the city's revision has grown."""
        if found := self.fresh(now_s):
            return found
        if self._kept is None or revision(session) != self._kept.revision:
            self._kept = load_reference(session)
        self._checked = now_s
        return self._kept


def department_brief(view: DepartmentView | None) -> UnitBrief | None:
    """Return a department by code and name in the language in use; None for none."""
    return {"code": view.code, "name": pick(view.name)} if view else None


def ward_brief(view: WardView | None) -> UnitBrief | None:
    """Return a ward by code and name in the language in use; None for none."""
    return {"code": view.code, "name": view.said_name} if view else None


def brief_of_unit(reference: Reference, department_id: int | None) -> UnitBrief:
    """Return a department by code and name in the language in use; both empty where there is none."""
    return department_brief(reference.departments.get(department_id or 0)) or {"code": "", "name": ""}


def _categories(session: Session) -> dict[int, CategoryView]:
    rows = {row.id: row for row in session.scalars(select(Category).order_by(Category.position, Category.id))}

    def path(row: Category) -> tuple[str, ...]:
        parent = rows.get(row.parent_id) if row.parent_id else None
        return (*(path(parent) if parent else ()), row.code)

    on = {row.code for row in rows.values() if row.active}
    # What lies below a kind that is switched off is off with it.
    paths = {row.id: path(row) for row in rows.values()}
    return {row.id: _category(row, paths[row.id], on.issuperset(paths[row.id])) for row in rows.values()}


def _category(row: Category, path: tuple[str, ...], active: bool) -> CategoryView:
    return CategoryView(
        id=row.id,
        code=row.code,
        parent_id=row.parent_id,
        path=path,
        name=row.name,
        description=row.description,
        icon=row.icon,
        keywords=tuple(row.keywords),
        questions=tuple(row.questions),
        duplicate_radius_m=row.duplicates["radius_m"],
        duplicate_window_hours=row.duplicates["window_hours"],
        duplicate_action=row.duplicates["action"],
        inspection_radius_m=row.inspection_radius_m,
        evidence_required=row.evidence_required,
        publication=row.publication,
        position=row.position,
        active=active,
    )


def _department(row: Department) -> DepartmentView:
    return DepartmentView(
        id=row.id,
        code=row.code,
        name=row.name,
        short_name=row.short_name,
        kind=row.kind,
        parent_id=row.parent_id,
        ward_code=row.ward_code,
        active=row.active,
        phone=row.phone,
        email=row.email,
        dissolved_on=None if row.active else row.dissolved_on,
        successor_id=None if row.active else row.successor_id,
    )


def _wards(session: Session) -> dict[int, WardView]:
    inside = func.ST_PointOnSurface(Area.geom)
    columns = (
        Area.id,
        Area.code,
        Area.name,
        Area.full_name,
        Area.unit_kind,
        Area.approximate,
        Area.valid_to,
        Area.other_names,
        func.ST_X(inside).label("lon"),
        func.ST_Y(inside).label("lat"),
        func.ST_Area(Area.geom).label("square_degrees"),
    )
    return {
        row.id: WardView(
            row.id,
            row.code,
            row.name,
            row.full_name,
            row.unit_kind,
            row.approximate,
            row.valid_to is None,
            row.other_names,
            row.lon,
            row.lat,
            DEGREE_M * math.sqrt(row.square_degrees * math.cos(math.radians(row.lat)) / math.pi),
        )
        for row in session.execute(select(*columns).order_by(Area.code, Area.id))
    }
