"""What would be due when, by a city folder and by a database."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from service.domain.configuration.cityfile.folder import read_folder
from service.domain.configuration.forecast import (
    Basis,
    Question,
    basis_of_folder,
    forecast_deadlines,
    installation_basis,
)
from service.domain.rules.rulebook import load_rulebook
from tests.domain.city.calendars import at, local
from tests.domain.configuration.cityfile.cities import HUE, RULES, write_city
from tests.support.small_city import make_small_city

FRIDAY = at("2026-02-13 16:00")


@pytest.fixture
def town(tmp_path: Path) -> Basis:
    """The sample town: its work ends on Friday noon, there is none from Tuesday to Thursday."""
    return basis_of_folder(read_folder(write_city(tmp_path / "mau")))


def test_one_ward_one_answer(town: Basis) -> None:
    (case,) = forecast_deadlines(
        town, Question("litter.dump", FRIDAY, ward="101", answers={"amount": "truck"})
    )
    assert case.policy is not None
    assert case.accept is not None
    assert case.resolve is not None
    assert (case.wards, case.rules, case.policy.code) == (("101",), (2,), "urgent")
    assert (case.decision.lead, case.decision.executor) == ("desk.night", "cleaners")
    assert local(case.accept.at) == "2026-02-13 17:00"
    # Tết takes Monday and Friday of the week after, so the next working day is Monday the 23rd.
    assert local(case.resolve.at) == "2026-02-23 17:00"


def test_without_a_ward_the_commonest_policy_comes_first(town: Basis) -> None:
    cases = forecast_deadlines(town, Question("litter.dump", FRIDAY, answers={"amount": "truck"}))
    told = [(case.policy.code if case.policy else None, case.wards, case.rules) for case in cases]
    assert told == [("urgent", ("101", "102"), (2,)), ("standard", ("103",), (1,))]


def test_without_a_rule_nothing_is_due(tmp_path: Path) -> None:
    rules = RULES.replace("categories: [litter]", "categories: [litter.dump]")
    basis = basis_of_folder(read_folder(write_city(tmp_path / "mau", rules=rules)))
    (case,) = forecast_deadlines(basis, Question("litter", FRIDAY))
    assert (case.wards, case.rules) == (("101", "102", "103"), ())
    assert (case.policy, case.accept, case.resolve) == (None, None, None)


def test_the_towns_own_day_off_counts(town: Basis) -> None:
    """1 July 2026 is a Wednesday, not worked anyway; the calendar still names it as the town's own."""
    off = town.calendar.day_off(at("2026-07-01 00:00").date())
    assert off is not None
    assert off.name["vi"] == "Ngày thị xã"


@pytest.mark.parametrize("question", [Question("unknown", FRIDAY), Question("litter", FRIDAY, ward="999")])
def test_what_the_city_does_not_have_is_refused(town: Basis, question: Question) -> None:
    with pytest.raises(KeyError):
        forecast_deadlines(town, question)


def test_a_folder_without_a_city_foretells_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="mistakes"):
        basis_of_folder(read_folder(write_city(tmp_path / "mau", city=None)))


@pytest.mark.parametrize(
    ("category", "answers", "policy", "ends"),
    [
        ("litter", {}, "standard", "2026-03-03 17:30"),
        ("hanging_cable", {}, "standard", "2026-03-03 17:30"),
        ("litter.burning", {"fire_now": "spreading"}, "emergency", "2026-02-13 20:00"),
    ],
)
def test_hue_on_the_eve_of_tet(category: str, answers: dict[str, str], policy: str, ends: str) -> None:
    cases = forecast_deadlines(basis_of_folder(read_folder(HUE)), Question(category, FRIDAY, answers=answers))
    first = cases[0]
    assert first.policy is not None
    assert first.resolve is not None
    assert (first.policy.code, local(first.resolve.at)) == (policy, ends)


def test_an_installation_answers_as_its_routing_would(session: Session) -> None:
    make_small_city(session)
    basis = installation_basis(load_rulebook(session))
    (case,) = forecast_deadlines(basis, Question("litter", FRIDAY, ward="W2"))
    assert case.resolve is not None
    assert (case.decision.lead, local(case.resolve.at)) == ("ward-W2", "2026-02-24 17:30")
    (nothing,) = forecast_deadlines(basis, Question("noise", FRIDAY))
    assert (nothing.wards, nothing.policy) == (("W1", "W2"), None)
