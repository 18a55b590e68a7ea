"""`rules.yaml`: names that lead somewhere, answers that can be given, rules that can win, no gaps."""

from __future__ import annotations

from collections.abc import Iterator

from service.domain.city.kind_search import OTHER
from service.domain.configuration.cityfile.checks.common import check_twice, codes, unknown_reference
from service.domain.configuration.cityfile.checks.rule_parts import check_conditions, check_department
from service.domain.configuration.cityfile.folder import Folder
from service.domain.configuration.cityfile.parse import Item
from service.domain.configuration.cityfile.places import Mistake
from service.domain.configuration.cityfile.resolve import Resolver
from service.domain.configuration.cityfile.schema.rules import RulePart
from service.domain.rules.choice import RuleSet
from service.domain.rules.review import Ground, ShadowedRule, find_conflicts, find_gaps, find_shadowed
from service.domain.rules.rules import Rule

SHOWN = 5


def check_rules(folder: Folder) -> Iterator[Mistake]:
    """Yield mistakes of each rule; when there are none, of the rules together."""
    wrong = list(_check_each(folder))
    yield from wrong
    if not wrong and not folder.mistakes:
        yield from _check_together(folder)


def _check_each(folder: Folder) -> Iterator[Mistake]:
    yield from check_twice(folder, folder.rules, "number")
    resolver = Resolver(folder)
    for item in folder.rules:
        if item.value is not None:
            yield from _check_names(folder, resolver, item, item.value)
            yield from check_conditions(folder, resolver, item, item.value)
            yield from _check_parts(folder, resolver, item, item.value)


def _check_names(
    folder: Folder, resolver: Resolver, item: Item[RulePart], rule: RulePart
) -> Iterator[Mistake]:
    categories, policies = codes(folder.categories), codes(folder.policies)
    for number, code in enumerate(rule.categories):
        if code not in categories:
            yield folder.at(
                item, "categories", number, message=unknown_reference("category", code, categories)
            )
    for number, code in enumerate(rule.areas or ()):
        if code not in resolver.areas:
            message = unknown_reference("unit, group or kind of unit", code, resolver.areas)
            yield folder.at(item, "areas", number, message=message)
    if rule.policy not in policies:
        yield folder.at(item, "policy", message=unknown_reference("policy", rule.policy, policies))


def _check_parts(
    folder: Folder, resolver: Resolver, item: Item[RulePart], rule: RulePart
) -> Iterator[Mistake]:
    yield from check_department(folder, resolver, item, rule, rule.lead, ("lead",))
    for number, support in enumerate(rule.supports):
        yield from check_department(folder, resolver, item, rule, support, ("supports", number))
    if rule.executor:
        yield from check_department(folder, resolver, item, rule, rule.executor, ("executor",))


def _check_together(folder: Folder) -> Iterator[Mistake]:
    resolver = Resolver(folder)
    items = {item.value.number: item for item in folder.rules if item.value}
    rules = RuleSet(resolver.rule(item.value) for item in items.values() if item.value)
    ground = resolver.ground()
    for shadow in find_shadowed(rules, ground):
        yield folder.at(items[shadow.rule.number], "number", message=_why_never(shadow))
    for first, second, cells in find_conflicts(rules, ground):
        message = (
            f"as specific as rule {first.number} in {len(cells)} cells of category and ward; the lower wins"
        )
        yield folder.doubt(items[second.number], "number", message=message)
    yield from _check_gaps(folder, rules, ground)


def _why_never(shadow: ShadowedRule) -> str:
    reasons = {
        "no_place": "none of its areas or categories exists",
        "contradiction": "its conditions contradict each other",
        "no_lead": "its lead can never be named",
        "beaten": f"rule {', '.join(str(rule.number) for rule in shadow.by)} always comes before it",
    }
    return f"this rule can never win: {reasons[shadow.reason]}"


def _check_gaps(folder: Folder, rules: RuleSet, ground: Ground) -> Iterator[Mistake]:
    wards: dict[str, list[str]] = {}
    partly: dict[str, tuple[Rule, ...]] = {}
    for gap in find_gaps(rules, ground):
        if gap.cell.category == OTHER:  # a coordinator decides about what nothing names
            continue
        wards.setdefault(gap.cell.category, []).append(gap.cell.ward)
        partly[gap.cell.category] = gap.partly
    for item in folder.categories:
        if (missing := wards.get(item.code or "")) and item.code:
            where = ", ".join(missing[:SHOWN]) + (" …" if len(missing) > SHOWN else "")
            some = " for every answer" if partly[item.code] else ""
            message = f"no rule names a lead{some} in {len(missing)} of {len(ground.wards)} units: {where}"
            yield folder.doubt(item, "code", message=message)
