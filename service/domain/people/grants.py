"""From what an OpenID provider says of a person to a role and department here (`sign_in` of the city)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service.domain.city.config import RoleGrant, SignIn
from service.domain.city.reference import Reference

Claims = Mapping[str, object]

NO_ROLE, NO_DEPARTMENT, NO_WARDS = "no_role", "no_department", "no_wards"
"""Why somebody is granted nothing; stable words for the audit."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role; without a department it is for the whole city, or for the wards of `area_group` (a code).

    `decides_wards` is whether the city's grants name wards for this role at all. Where they do not, a group
    that an administrator gave the account by hand stays.
    """

    role: str
    department: str | None
    area_group: str | None = None
    decides_wards: bool = False


def grant_of(reference: Reference, claims: Claims) -> Grant | str:
    """Return the first grant of the city that fits the claims; why there is none otherwise.

    A grant for the person's own department gives nothing without one, and one for a group of wards nothing
    once the city has that group no more: a role is never wider than was meant.
    """
    rules = reference.config.sign_in
    held = set(words_of(claims, rules.roles_claim))
    for each in rules.grants:
        if each.value not in held:
            continue
        department = _own(reference, rules, claims) if each.own_department else each.department
        if department is None:
            return NO_DEPARTMENT if each.own_department else _for_wards(reference, rules, each)
        return Grant(each.role, department) if _is_active(reference, department) else NO_DEPARTMENT
    return NO_ROLE


def words_of(claims: Claims, name: str) -> list[str]:
    """Return the words a claim holds, one or a list of them; `name` itself, or a way of dots into objects."""
    found: object = claims.get(name)
    if found is None:
        found = claims
        for step in name.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
    return list(_words(found))


def contact_of(reference: Reference) -> Mapping[str, str] | None:
    """Return whom somebody asks who is granted nothing, in words by language, where the city says so."""
    return reference.config.sign_in.contact


def _words(found: object) -> Iterator[str]:
    for each in found if isinstance(found, list) else [found]:
        if isinstance(each, str) and each.strip():
            yield each.strip()


def _own(reference: Reference, rules: SignIn, claims: Claims) -> str | None:
    """Return the first department that the claims name, by the city's words for it or by its code."""
    for word in words_of(claims, rules.department_claim):
        code = rules.departments.get(word, word)
        if _is_active(reference, code):
            return code
    return None


def _for_wards(reference: Reference, rules: SignIn, grant: RoleGrant) -> Grant | str:
    """Return the grant for its group of wards or the city; why there is none where the group is gone."""
    if grant.area_group and reference.area_group(grant.area_group) is None:
        return NO_WARDS
    decides = any(each.role == grant.role and each.area_group for each in rules.grants)
    return Grant(grant.role, None, grant.area_group, decides_wards=decides)


def _is_active(reference: Reference, code: str) -> bool:
    found = reference.department_by_code.get(code)
    return found is not None and found.active
