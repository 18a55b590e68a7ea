"""Lists to choose from: the kinds of reports, and the wards."""

from __future__ import annotations

from collections.abc import Mapping

from service.domain.city.reference import CategoryView, DepartmentView, Reference, WardView
from service.domain.kernel.texts import alphabetical
from service.i18n import N_, pick

FLAG_WORDS: Mapping[str, str] = {
    "offensive": N_("Xúc phạm, thô tục"),
    "private": N_("Lộ thông tin riêng của người khác"),
    "spam": N_("Quảng cáo, tin rác"),
    "false": N_("Sai sự thật"),
    "other": N_("Lý do khác"),
}


def roots(reference: Reference) -> list[CategoryView]:
    """Return the categories a citizen chooses from first, in the city's order."""
    return [view for view in reference.categories.values() if view.parent_id is None and view.active]


def below(reference: Reference, category: CategoryView) -> list[CategoryView]:
    """Return the active categories directly below."""
    return [v for v in reference.categories.values() if v.parent_id == category.id and v.active]


def kind_choices(reference: Reference, *, lowest: bool = False) -> list[tuple[str, str, str, str]]:
    """Return the active categories to choose from by typing, all or those with none below: code, name, no
    short name, and other words that find them: the name of the one above, and what people call it.
    """
    active = [view for view in reference.categories.values() if view.active]
    parents = {view.parent_id for view in active} if lowest else set()
    found = []
    for view in active:
        above = reference.categories.get(view.parent_id or 0)
        words = [*([pick(above.name)] if above else []), *view.keywords]
        if view.id not in parents:
            found.append((view.code, pick(view.name), "", "; ".join(words)))
    return found


def wards_by_name(reference: Reference) -> list[WardView]:
    """Return the wards in force in the order of the alphabet."""
    return sorted(reference.ward_by_code.values(), key=lambda ward: alphabetical(ward.name))


def area_choices(reference: Reference, within: frozenset[int] | None = None) -> list[tuple[str, str]]:
    """Return what a list can be narrowed to by place: groups of wards, then wards, by code and name; with
    `within` those that lie in these wards.
    """
    groups = [(each.code, pick(each.name)) for each in reference.config.area_groups]
    areas = [*groups, *((ward.code, ward.said_name) for ward in wards_by_name(reference))]
    return [each for each in areas if within is None or reference.ward_ids(each[0]) <= within]


def departments_by_name(reference: Reference) -> list[DepartmentView]:
    """Return the active departments in the order of the alphabet."""
    active = (view for view in reference.departments.values() if view.active)
    return sorted(active, key=lambda view: alphabetical(pick(view.name)))


def department_choices(reference: Reference) -> list[tuple[str, str, str, str]]:
    """Return who can be given a case, by name: code, name, short name, and the groups of wards that theirs is
    in.
    """
    return [
        (view.code, pick(view.name), pick(view.short_name), ", ".join(_groups_of(reference, view)))
        for view in departments_by_name(reference)
    ]


def _groups_of(reference: Reference, view: DepartmentView) -> list[str]:
    groups = reference.config.area_groups
    return [pick(each.name) for each in groups if view.ward_code is not None and view.ward_code in each.wards]


def department_names(reference: Reference) -> dict[str, str]:
    """Return short names by code, long ones where there is none."""
    return {code: short or name for code, name, short, _ in department_choices(reference)}
