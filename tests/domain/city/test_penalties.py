"""Penalties: what is in force today, amounts that nobody has read yet, how the city's folder brings them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.config import PenaltyConfig
from service.domain.city.penalties import penalties_in_force
from service.domain.city.reference import Reference
from service.domain.configuration.cityfile.checks.whole import check_folder
from service.domain.notices.letters import read_letters
from service.domain.periodic.penalty_check import remind_of_penalties, unchecked_penalties
from service.models import Message, Staff
from service.sending.channels import CHANNELS
from service.sending.compose import Composer
from tests.domain.configuration.cityfile.cities import write_city
from tests.support.factories import found_city
from tests.support.people import make_cast

NOW = datetime(2026, 5, 14, 20, tzinfo=UTC)
"""The fifteenth already, by the city's clock."""


def penalty(code: str, **said: object) -> PenaltyConfig:
    facts = {
        "code": code,
        "categories": ["litter"],
        "act": {"vi": "Vứt rác", "en": "Littering"},
        "decree": "87/2026/NĐ-CP",
        "article": "Điều 1",
        "checked_on": "2026-05-01",
        "source": "Công báo",
    }
    return PenaltyConfig.model_validate({**facts, **said})


def city(session: Session, *rows: PenaltyConfig) -> Reference:
    found = found_city(session)
    return replace(found, config=found.config.model_copy(update={"penalties": rows}))


def test_only_what_is_in_force_today_is_told(session: Session) -> None:
    reference = city(
        session,
        penalty("ended", valid_to="2026-05-14"),
        penalty("last_day", valid_to="2026-05-15"),
        penalty("first_day", valid_from="2026-05-15"),
        penalty("to_come", valid_from="2026-05-16"),
    )
    assert {each.code for each in penalties_in_force(reference, NOW)} == {"last_day", "first_day"}


def test_empty_amounts_stay_empty_and_organisations_pay_more(session: Session) -> None:
    reference = city(
        session,
        penalty("unread", factor_organisation=2),
        penalty("read", person_min=500_000, person_max=1_000_000, factor_organisation=2),
        penalty("ads", categories=["illegal_ad"]),
    )
    told = penalties_in_force(reference, NOW, "litter")
    assert [(each.code, each.person_max, each.organisation_max) for each in told] == [
        ("read", 1_000_000, 2_000_000),
        ("unread", None, None),
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("person_min: 5", "go together"),
        ("person_min: 5\n    person_max: 4", "more than"),
        ("valid_from: 2026-02-01\n    valid_to: 2026-01-01", "after valid_to"),
        ("categories: [nothing]", "nothing"),
    ],
)
def test_the_folder_says_what_is_wrong(tmp_path: Path, wrong: str, said: str) -> None:
    made = write_city(tmp_path / "city")
    own = "" if "categories" in wrong else "categories: [litter]\n    "
    row = (
        "code: a\n    act: {vi: A}\n    decree: B\n    article: C\n    source: D\n    checked_on: 2026-01-01"
    )
    text = f"penalties:\n  - {row}\n    {own}{wrong}\n"
    (made / "penalties.yaml").write_text(text, encoding="utf-8")
    assert any(said in mistake.message for mistake in check_folder(made).errors)


def test_the_example_city_claims_no_amount_of_the_new_decree() -> None:
    rows = [item.value for item in check_folder(Path("service/cities/hue")).penalties if item.value]
    new = [each for each in rows if each.decree.startswith("87/2026")]
    assert len(new) == 2 and all(each.person_min is None for each in new)
    assert all(each.valid_to == date(2026, 5, 14) for each in rows if each.decree.startswith("38/2021"))


def test_administrators_hear_once_a_month_of_what_nobody_checked(session: Session) -> None:
    found = city(
        session,
        penalty("old", checked_on="2025-11-15"),
        penalty("older", checked_on="2025-10-01", act={"vi": "Đổ thải", "en": "Dumping"}),
        penalty("fresh", checked_on="2025-11-16"),
        penalty("ended", checked_on="2025-01-01", valid_to="2026-01-01"),
    )
    administrator = make_cast(session, found).administrator.account
    staff = session.get_one(Staff, administrator.id)
    staff.email = "quantri@vidu.vn"
    session.flush()
    assert [each.code for each in unchecked_penalties(found, NOW)] == ["older", "old"]
    told = remind_of_penalties(session, CHANNELS, found, NOW)
    assert told >= 1
    assert remind_of_penalties(session, CHANNELS, found, NOW + timedelta(days=10)) == 0
    assert remind_of_penalties(session, CHANNELS, found, NOW + timedelta(days=20)) == told

    row = session.scalars(select(Message).where(Message.recipient == "quantri@vidu.vn")).first()
    assert row is not None
    [letter] = read_letters(session, found, [row.id], NOW)
    made = Composer(found, "https://city.example", b"k" * 32).compose(letter)
    assert made.subject == "2 mức phạt chưa kiểm tra quá 180 ngày"
    assert "Đổ thải; Vứt rác" in made.text
    assert made.link == "https://city.example/penalties"


def test_nobody_is_told_where_all_is_checked(session: Session) -> None:
    assert remind_of_penalties(session, CHANNELS, city(session, penalty("fresh")), NOW) == 0
