"""`hientruong due`, by the example city and by an installation's database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from service.cli import app
from service.db import make_engine, unit_of_work
from service.problems import SetupError
from tests.support.environment import settings_told
from tests.support.small_city import make_small_city

FRIDAY = ("--received", "2026-02-13T16:00")


@pytest.fixture
def no_installation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither settings nor a running `up`."""
    monkeypatch.delenv("HIENTRUONG_DATABASE_URL", raising=False)
    monkeypatch.setattr("service.local.folder.default_folder", lambda: tmp_path)


@pytest.fixture
def installation(clean_database: str) -> Iterator[str]:
    """Settings that name a database; its URL."""
    with settings_told(clean_database):
        yield clean_database


def _run(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["due", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def _facts(*arguments: str) -> dict[str, Any]:
    told: dict[str, object] = json.loads(_run(*arguments, "--json"))
    return told


@pytest.mark.usefixtures("no_installation")
def test_tells_step_by_step_by_the_example_city() -> None:
    lines = _run("litter", *FRIDAY, "--ward", "19753").splitlines()
    assert lines[0] == "By the example city (no installation runs): litter"
    assert lines[2].startswith("In ward 19753: policy standard, by rule ")
    resolved = lines[lines.index("To be resolved within 7 working days:") :]
    assert [line.strip() for line in resolved[1:3]] == [
        "Received at 16:00, Fri 13 Feb 2026",
        "Fri 13 Feb 2026: day of receipt, not counted",
    ]
    assert "  Wed 18 Feb 2026: off (Second Day of Lunar New Year), not counted" in resolved
    assert resolved[-2:] == ["  Due: 17:30, Tue 3 Mar 2026", "  Amber from 14:00, Mon 2 Mar 2026"]


@pytest.mark.usefixtures("no_installation")
def test_json_holds_the_same_facts_in_both_languages() -> None:
    told = _facts("litter", *FRIDAY, "--ward", "19753")
    assert (told["category"], told["ward"], told["policy"]) == ("litter", "19753", "standard")
    assert told["received_at"] == "2026-02-13T16:00:00+07:00"
    assert told["accept_due_at"] == "2026-02-23T16:00:00+07:00"
    assert told["due_at"] == "2026-03-03T17:30:00+07:00"
    assert told["steps"][-1] == {
        "kind": "due",
        "at": told["due_at"],
        "vi": "Hạn: 17:30, thứ Ba 03/03/2026",
        "en": "Due: 17:30, Tue 3 Mar 2026",
    }
    assert told["elsewhere"] == []


@pytest.mark.usefixtures("no_installation")
def test_without_a_ward_every_ward_is_told() -> None:
    told = _facts("litter", *FRIDAY)
    assert (told["ward"], len(told["wards"])) == (None, 40)
    assert "In every ward: policy standard" in _run("litter", *FRIDAY)


@pytest.mark.usefixtures("no_installation")
def test_an_answer_may_change_the_policy() -> None:
    calm = _facts("litter.burning", *FRIDAY, "--ward", "19753")
    spreading = _facts("litter.burning", *FRIDAY, "--ward", "19753", "--answer", "fire_now=spreading")
    assert (calm["policy"], spreading["policy"]) == ("urgent", "emergency")
    assert spreading["due_at"] == "2026-02-13T20:00:00+07:00"


@pytest.mark.usefixtures("no_installation")
def test_a_time_with_zone_is_that_instant_and_now_is_now() -> None:
    assert _facts("litter", "--received", "2026-02-13T09:00Z")["received_at"] == "2026-02-13T16:00:00+07:00"
    assert _facts("litter", "--received", "now")["received_at"].endswith("+07:00")


@pytest.mark.usefixtures("no_installation")
@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("liter", *FRIDAY), "There is no category liter; did you mean litter"),
        (("litter", *FRIDAY, "--ward", "1975"), "There is no ward 1975; did you mean 19"),
        (("litter", "--received", "yesterday"), "yesterday is no time"),
        (("litter", "--received", "0001-01-01T00:00Z"), "too far away"),
        (("litter", "--received", "9999-12-31T23:00-12:00"), "too far away"),
        (("litter", *FRIDAY, "--answer", "owner"), "owner is no answer"),
        (("litter", *FRIDAY, "--answer", "=x"), "=x is no answer"),
    ],
)
def test_what_cannot_be_answered_says_so(arguments: tuple[str, ...], problem: str) -> None:
    with pytest.raises(SetupError, match=problem):
        _run(*arguments)


@pytest.mark.usefixtures("no_installation")
def test_a_named_folder_where_nothing_runs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="No installation runs in"):
        _run("litter", *FRIDAY, "--data", str(tmp_path / "nothing"))


def test_by_the_database_of_an_installation(installation: str) -> None:
    engine = make_engine(installation)
    with unit_of_work(engine) as session:
        make_small_city(session)
    engine.dispose()
    told = _facts("litter", *FRIDAY, "--ward", "W2")
    assert (told["source"], told["lead"]) == ("the running installation", "ward-W2")
    assert told["due_at"] == "2026-02-24T17:30:00+07:00"
    assert "no rule, so a coordinator decides" in _run("noise", *FRIDAY)


@pytest.mark.usefixtures("installation")
def test_an_installation_without_a_city_says_what_to_do() -> None:
    with pytest.raises(SetupError, match="hientruong city load"):
        _run("litter", *FRIDAY)
