"""The library's holidays against the list kept beside the project."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from service.domain.city.public_holidays import vietnam_holidays

SHARED = Path(__file__).resolve().parents[4] / "shared"


def _listed() -> dict[date, str]:
    with (SHARED / "data/facts/vn_holidays_2024_2030.csv").open(encoding="utf-8") as file:
        return {date.fromisoformat(row["date"]): row["name"] for row in csv.DictReader(file)}


def test_every_listed_holiday_is_known_by_its_name_and_no_other() -> None:
    found = vietnam_holidays(range(2024, 2031)).holidays
    assert {day: name["vi"] for day, name in found.items()} == _listed()


def test_every_holiday_has_an_english_name_too() -> None:
    found = vietnam_holidays([2026]).holidays
    assert found[date(2026, 9, 2)]["en"] == "National Day"
    assert all(name["en"] != name["vi"] for name in found.values())


def test_swapped_days_are_worked() -> None:
    assert set(vietnam_holidays([2024, 2025, 2026]).swapped) == {
        date(2024, 5, 4),
        date(2025, 4, 26),
        date(2026, 8, 22),
    }


def test_a_swap_across_the_new_year_belongs_to_the_year_it_is_worked_in() -> None:
    assert set(vietnam_holidays([2018]).swapped) == set()
    assert set(vietnam_holidays([2019]).swapped) == {date(2019, 1, 5), date(2019, 5, 4)}


def test_only_the_years_asked_for() -> None:
    found = vietnam_holidays([2027])
    assert {day.year for day in found.holidays} == {2027}
    assert vietnam_holidays([]) == ({}, {})
