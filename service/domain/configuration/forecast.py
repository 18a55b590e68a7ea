"""Forecast of deadlines: the rule, policy and deadlines of a report that nobody has sent. Stores nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from service.domain.city.calendar import Calendar
from service.domain.city.city import calendar_of
from service.domain.city.config import read_config
from service.domain.configuration.cityfile.folder import Folder
from service.domain.configuration.cityfile.resolve import Resolver
from service.domain.deadlines.clock import DueState, effective_due
from service.domain.deadlines.deadlines import ComputedDeadline, Policy, compute_due
from service.domain.rules.choice import Decision, RuleSet
from service.domain.rules.review import Ground
from service.domain.rules.rulebook import Rulebook
from service.domain.rules.rules import ReportFacts


@dataclass(frozen=True, slots=True)
class Basis:
    """Basis of a forecast: of an installation (`installation_basis`) or a city folder (`basis_of_folder`)."""

    rules: RuleSet
    policies: Mapping[str, Policy]
    calendar: Calendar
    ground: Ground


@dataclass(frozen=True, slots=True)
class Question:
    """A report that might come. Without `ward` every ward is tried; `received_at` is aware."""

    category: str
    received_at: datetime
    ward: str | None = None
    answers: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Forecast for `wards` by the rules of these numbers: the decision in the first of the wards, and
    the deadlines of its policy. Without a rule they are None: a person decides.
    """

    wards: tuple[str, ...]
    rules: tuple[int, ...]
    decision: Decision
    policy: Policy | None
    accept: ComputedDeadline | None
    resolve: DueState | None


def forecast_deadlines(basis: Basis, question: Question) -> list[Forecast]:
    """Return one forecast for each policy that a ward of the question comes under, the commonest first.

    Raises KeyError for a category or ward that the city does not have.
    """
    wards = [question.ward] if question.ward else sorted(basis.ground.wards)
    found: dict[str | None, list[Decision]] = {}
    for ward in wards:
        decision = basis.rules.decide(_facts(basis.ground, question, ward))
        found.setdefault(decision.policy, []).append(decision)
    return [_case(basis, question, d) for d in sorted(found.values(), key=len, reverse=True)]


def installation_basis(book: Rulebook) -> Basis:
    """Return what is in force in an installation."""
    wards = {view.code: view.unit_kind for view in book.reference.wards.values() if view.current}
    paths = {view.code: view.path for view in book.reference.categories.values() if view.active}
    return Basis(
        book.rules,
        {code: kept.policy for code, kept in book.policies.items()},
        book.calendar,
        Ground(paths, wards, book.holders, book.committees),
    )


def basis_of_folder(folder: Folder) -> Basis:
    """Return what a folder without mistakes says. Raises ValueError for one without a city."""
    if folder.city is None:
        raise ValueError("a folder with mistakes foretells nothing")
    resolver = Resolver(folder)
    policies = [item.value for item in folder.policies if item.value]
    return Basis(
        RuleSet(resolver.rule(item.value) for item in folder.rules if item.value),
        {part.code: Policy.of(part.code, part.spec()) for part in policies},
        calendar_of(folder.city.timezone, read_config(folder.city.config()), *folder.city.calendar.days()),
        resolver.ground(),
    )


def _facts(ground: Ground, question: Question, ward: str) -> ReportFacts:
    return ReportFacts(
        ground.categories[question.category],
        ward,
        ground.wards[ward],
        question.answers,
        ground.departments,
        ground.committees,
    )


def _case(basis: Basis, question: Question, decisions: list[Decision]) -> Forecast:
    decision = decisions[0]
    wards = tuple(each.facts.ward for each in decisions if each.facts.ward)
    rules = tuple(sorted({each.rule.number for each in decisions if each.rule}))
    if decision.policy is None:
        return Forecast(wards, rules, decision, None, None, None)
    policy = basis.policies[decision.policy]
    received, calendar = question.received_at, basis.calendar
    resolve = effective_due(policy.resolve, received, (), (), calendar, received, policy.amber_ratio)
    return Forecast(wards, rules, decision, policy, compute_due(policy.accept, received, calendar), resolve)
