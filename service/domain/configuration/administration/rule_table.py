"""Routing rules as a table people read: when, where, who leads, who supports, by when; who answers where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from service.domain.kernel.conditions import Condition
from service.domain.kernel.texts import alphabetical, fold
from service.domain.rules.choice import RuleSet
from service.domain.rules.deadline_words import term_words
from service.domain.rules.drafts import RuleBody, named_departments
from service.domain.rules.review import (
    Ground,
    RuleConflict,
    RuleGap,
    ShadowedRule,
    find_conflicts,
    find_gaps,
    find_shadowed,
)
from service.domain.rules.rulebook import Rulebook
from service.domain.rules.rules import PREMISES, WARD, Rule, Selector
from service.domain.rules.words import condition_words, lower_first
from service.i18n import N_, Language, pick, translate
from service.models import RoutingRule

FEW = 4
"""So many wards are named; of more only the number is told."""

_SENTENCE = N_("Khi {what} tại {where} thì {parts}, hạn {policy}")
_LEADS, _SUPPORT, _EXECUTES = N_("{who} chủ trì"), N_("{who} phối hợp"), N_("{who} thực hiện")
_KEEPER = N_("đơn vị quản lý trụ sở")
_INSIDE = N_("trong trụ sở, {where}")
_COMMITTEE = N_("UBND phường, xã sở tại")
_BY_ANSWER = N_("đơn vị theo câu trả lời “{question}”")
_EVERYWHERE = N_("mọi nơi")
_EVERY_KIND = N_("mọi {kind}")
_AREAS = N_("{n} phường, xã")


@dataclass(frozen=True, slots=True)
class RuleLine:
    """Version of a rule in words; `areas` names every area where `where` only counts them."""

    number: int
    version: int
    name: str
    what: tuple[str, ...]
    conditions: tuple[str, ...]
    where: str
    areas: tuple[str, ...]
    lead: str
    supports: tuple[str, ...]
    executor: str
    policy: str
    term: str
    priority: int
    since: datetime
    until: datetime | None
    by: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Filters of the table of rules; empty fields filter nothing. Codes, and words of the rule's name."""

    category: str = ""
    ward: str = ""
    department: str = ""
    q: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """Faults of the rules as a whole."""

    gaps: tuple[RuleGap, ...]
    shadows: tuple[ShadowedRule, ...]
    conflicts: tuple[RuleConflict, ...]

    @property
    def gaps_by_category(self) -> Mapping[str, tuple[RuleGap, ...]]:
        """Return the gaps of each category that has some."""
        found: dict[str, list[RuleGap]] = {}
        for gap in self.gaps:
            found.setdefault(gap.cell.category, []).append(gap)
        return {category: tuple(gaps) for category, gaps in found.items()}


@dataclass(frozen=True, slots=True)
class DefaultLead:
    """Department that leads a report of one category in one ward that answers no question; nobody in a gap.

    `partly`: some rule may take it, depending on the answers.
    """

    ward: str
    ward_name: str
    lead: str | None
    lead_name: str
    rule: int | None
    partly: bool


def review(rules: RuleSet, ground: Ground) -> Review:
    """Return gaps, rules that can never win, and ties. Pure, but thousands of cells: not on an event loop."""
    return Review(
        tuple(find_gaps(rules, ground)),
        tuple(find_shadowed(rules, ground)),
        tuple(find_conflicts(rules, ground)),
    )


def default_leads(book: Rulebook, ground: Ground, category: str, language: Language) -> list[DefaultLead]:
    """Return who leads where for a category. Raises KeyError for one that the city does not have."""
    found = []
    for ward in sorted(ground.wards):
        facts = ground.facts(category, ward)
        decision = book.rules.decide(facts)
        able = book.rules.candidates(facts.categories, ward, facts.ward_kind)
        found.append(
            DefaultLead(
                ward=ward,
                ward_name=book.names.ward(ward, language),
                lead=decision.lead,
                lead_name=book.names.department(decision.lead, language) if decision.lead else "",
                rule=decision.rule.number if decision.rule else None,
                partly=decision.lead is None and bool(able),
            )
        )
    return found


def matching_rules(rows: Iterable[RoutingRule], book: Rulebook, filters: Filter) -> list[RoutingRule]:
    """Return the rules that may decide what is asked for."""
    return [row for row in rows if _fits(row, book, filters)]


def rule_line(row: RoutingRule, book: Rulebook, language: Language) -> RuleLine:
    """Return one version in words."""
    rule = Rule.of(row.spec, id=row.id, number=row.number, version=row.version)
    path = _longest_path(rule, book)
    what = tuple(book.names.category(code, language) for code in _in_order(rule, book))
    where, areas = _where(rule, book, language)
    policy = book.policies.get(rule.policy)
    resolve = policy.policy.resolve if policy else None
    line = RuleLine(
        number=row.number,
        version=row.version,
        name=pick(row.name, language),
        what=what,
        conditions=tuple(_condition(each, path, book, language) for each in rule.when),
        where=where,
        areas=areas,
        lead=selector_words(rule.lead, path, book, language),
        supports=tuple(selector_words(each, path, book, language) for each in rule.supports),
        executor=selector_words(rule.executor, path, book, language) if rule.executor else "",
        policy=rule.policy,
        term=term_words(resolve.unit, resolve.amount, language) if resolve else rule.policy,
        priority=rule.priority,
        since=row.valid_from,
        until=row.valid_to,
        by=row.created_by,
        sentence="",
    )
    return _with_sentence(line, language)


def draft_sentence(change: RuleBody, book: Rulebook, language: Language) -> str:
    """Return a draft in one sentence. Raises ValueError or KeyError for one that says nothing."""
    row = RoutingRule(number=1, version=1, name={"vi": ""}, spec=change.spec(), created_by="")
    return rule_line(row, book, language).sentence


def selector_words(selector: Selector, path: tuple[str, ...], book: Rulebook, language: Language) -> str:
    """Return whom a selector names."""
    if selector.code == WARD:
        return translate(_COMMITTEE, language)
    if selector.code == PREMISES:
        return translate(_KEEPER, language)
    if selector.attribute is not None:
        question = lower_first(book.names.question(path, selector.attribute, language))
        return translate(_BY_ANSWER, language, question=question)
    return book.names.department(selector.code, language)


def _with_sentence(line: RuleLine, language: Language) -> RuleLine:
    what = ", ".join(lower_first(each) for each in line.what)
    if line.conditions:
        what += f" ({'; '.join(line.conditions)})"
    parts = [translate(_LEADS, language, who=line.lead)]
    if line.supports:
        parts.append(translate(_SUPPORT, language, who=", ".join(line.supports)))
    if line.executor:
        parts.append(translate(_EXECUTES, language, who=line.executor))
    sentence = translate(
        _SENTENCE, language, what=what, where=line.where, parts=", ".join(parts), policy=line.term
    )
    values = {name: getattr(line, name) for name in RuleLine.__slots__}
    return RuleLine(**(values | {"sentence": sentence}))


def _condition(condition: Condition, path: tuple[str, ...], book: Rulebook, language: Language) -> str:
    return condition_words(condition, path, book.names, language)


def _longest_path(rule: Rule, book: Rulebook) -> tuple[str, ...]:
    """Return a category's path that knows the questions of the rule: they may be asked below its
    categories.
    """
    known = book.reference.category_by_code
    own = [known[code].path for code in rule.categories if code in known]
    below = [view.path for view in known.values() if rule.categories & set(view.path) and view.questions]
    codes = dict.fromkeys(code for path in (*below, *own) for code in path)
    return tuple(codes)


def _in_order(rule: Rule, book: Rulebook) -> list[str]:
    known = book.reference.category_by_code
    return sorted(rule.categories, key=lambda code: (known[code].position if code in known else 0, code))


def _where(rule: Rule, book: Rulebook, language: Language) -> tuple[str, tuple[str, ...]]:
    where, areas = _areas(rule, book, language)
    return (translate(_INSIDE, language, where=where) if rule.place else where), areas


def _areas(rule: Rule, book: Rulebook, language: Language) -> tuple[str, tuple[str, ...]]:
    if not rule.areas:
        return translate(_EVERYWHERE, language), ()
    wards = book.reference.ward_by_code
    kinds = [translate(_EVERY_KIND, language, kind=each) for each in sorted(rule.areas - wards.keys())]
    codes = rule.areas & wards.keys()
    named = tuple(sorted((book.names.ward(each, language) for each in codes), key=alphabetical))
    if len(named) > FEW:
        return ", ".join([*kinds, translate(_AREAS, language, n=len(named))]), named
    inside = [lower_first(each) if language == "vi" else each for each in named]
    return ", ".join([*kinds, *inside]), ()


def _fits(row: RoutingRule, book: Rulebook, filters: Filter) -> bool:
    rule = Rule.of(row.spec, id=row.id, number=row.number, version=row.version)
    reference = book.reference
    if filters.q and not (
        fold(filters.q) in fold(" ".join(row.name.values())) or filters.q == str(row.number)
    ):
        return False
    if filters.category:
        view = reference.category_by_code.get(filters.category)
        path = set(view.path) if view else {filters.category}
        below = any(
            filters.category in reference.category_by_code[code].path
            for code in rule.categories & reference.category_by_code.keys()
        )
        if not (rule.categories & path or below):
            return False
    if filters.ward and rule.areas:
        ward = reference.ward_by_code.get(filters.ward)
        if not rule.areas & {filters.ward, ward.unit_kind if ward else ""}:
            return False
    return not filters.department or _names(rule, book, filters.department)


def _names(rule: Rule, book: Rulebook, department: str) -> bool:
    selectors = [rule.lead, *rule.supports, *([rule.executor] if rule.executor else [])]
    committee = department in book.committees.values()
    return any(
        department in named_departments(each) or (committee and each.code == WARD) for each in selectors
    )
