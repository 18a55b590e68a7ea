"""What people choose from: the kinds of reports, and the wards."""

from __future__ import annotations

from service.domain.reference import CategoryView, Reference, WardView


def roots(reference: Reference) -> list[CategoryView]:
    """The categories a citizen chooses from first, in the city's order."""
    return [view for view in reference.categories.values() if view.parent_id is None and view.active]


def below(reference: Reference, category: CategoryView) -> list[CategoryView]:
    """The active categories directly below."""
    return [v for v in reference.categories.values() if v.parent_id == category.id and v.active]


def wards_by_name(reference: Reference) -> list[WardView]:
    """The wards in force."""
    return sorted(reference.ward_by_code.values(), key=lambda ward: ward.name)
