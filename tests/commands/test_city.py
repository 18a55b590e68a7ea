"""`hientruong city`: mistakes are printed with their place, changes are told, `--json` gives facts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from service.cli import app
from service.models import Area, City, RoutingRule
from service.problems import SetupError
from tests.domain.configuration.cityfile.boundary_files import SQUARES, geojson
from tests.domain.configuration.cityfile.cities import FILES, SHARED, write_city
from tests.support.environment import settings_told


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return write_city(tmp_path / "city")


@pytest.fixture
def engine(clean_engine: Engine) -> Iterator[Engine]:
    """A database that the settings name."""
    with settings_told(clean_engine):
        yield clean_engine


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["city", *map(str, arguments)], catch_exceptions=False)


def facts(*arguments: object) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run(*arguments, "--json").output)
    return told


def test_the_example_city_is_right() -> None:
    done = run("check", "hue")
    assert done.exit_code == 0
    assert "no mistakes in 50 categories" in done.output


def test_a_mistake_ends_with_status_1_and_its_place(place: Path) -> None:
    text = FILES["rules.yaml"].replace("lead: desk.night", "lead: desk.nigt")
    (place / "rules.yaml").write_text(text, encoding="utf-8")
    done = run("check", place)
    assert done.exit_code == 1
    lines = done.output.splitlines()
    told = 'there is no department "desk.nigt"; did you mean "desk.night"?'
    assert lines[0] == f"error rules.yaml:12:11: rules[1].lead: {told}"
    assert lines[1].startswith(f"{place}: 1 error in 2 categories, 3 departments")


def test_mistakes_as_facts(place: Path) -> None:
    text = (
        FILES["rules.yaml"]
        .replace("policy: urgent", "policy: ugent")
        .replace("[litter]\n", "[litter.dump]\n")
    )
    (place / "rules.yaml").write_text(text, encoding="utf-8")
    told = facts("check", place)
    assert told["ok"] is False
    assert told["errors"] == [
        {
            "file": "rules.yaml",
            "line": 15,
            "column": 13,
            "path": "rules[1].policy",
            "message": 'there is no policy "ugent"; did you mean "urgent"?',
        }
    ]
    assert told["warnings"] == told["repairs"] == []


def test_warnings_do_not_fail_a_check(place: Path) -> None:
    text = FILES["rules.yaml"].replace("[litter]\n", "[litter.dump]\n")
    (place / "rules.yaml").write_text(text, encoding="utf-8")
    done = run("check", place)
    assert done.exit_code == 0
    assert done.output.startswith("warning categories.yaml:2:11: categories[0].code: no rule names a lead")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    done = run("check", tmp_path / "none")
    assert done.exit_code == 1
    assert "there is no such folder" in done.output
    assert done.output.endswith("Nothing was checked. Name a city's folder, or `hue` for the example city.\n")


def test_a_folder_of_ones_own_comes_before_the_example(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place.parent)
    place.rename(place.parent / "hue")
    assert "2 categories" in run("check", "hue").output


def test_official_areas_are_checked_too(place: Path) -> None:
    path = geojson(place.parent / "a.geojson", {"101": SQUARES["101"]})
    told = facts("check", place, "--areas", path)
    assert [mistake["file"] for mistake in told["errors"]] == ["a.geojson"]


def test_loading_tells_what_was_added_and_loading_again_nothing(place: Path, engine: Engine) -> None:
    done = run("load", place)
    assert done.exit_code == 0
    assert "3 areas are approximate" in done.output
    assert done.output.splitlines()[-1] == "The city mau is at revision 1."
    again = facts("load", place)
    assert (again["loaded"], again["revision"], again["changes"]) == (True, 1, [])
    assert again["counts"]["rule"] == {"unchanged": 2}
    with Session(engine) as session:
        assert session.scalars(select(City.code)).one() == "mau"


def test_loading_again_tells_what_changed(place: Path, engine: Engine) -> None:
    run("load", place)
    text = FILES["rules.yaml"].replace("policy: urgent", "policy: standard")
    (place / "rules.yaml").write_text(text, encoding="utf-8")
    done = run("load", place)
    assert "routing rules changed: 2" in done.output
    assert done.output.splitlines()[-1] == "The city mau is at revision 2."
    with Session(engine) as session:
        versions = session.scalars(select(RoutingRule.version).where(RoutingRule.number == 2)).all()
        assert sorted(versions) == [1, 2]


def test_a_dry_run_changes_nothing(place: Path, engine: Engine) -> None:
    told = facts("load", place, "--dry-run")
    assert told["loaded"] is False
    assert told["counts"]["area"] == {"added": 3}
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(City)) == 0


def test_a_refused_folder_changes_nothing(place: Path, engine: Engine) -> None:
    (place / "policies.yaml").write_text("policies: []\n", encoding="utf-8")
    done = run("load", place)
    assert done.exit_code == 1
    assert "was not loaded: 2 errors" in done.output
    told = facts("load", place)
    assert (told["loaded"], told["ok"], len(told["errors"])) == (False, False, 2)
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(City)) == 0


def test_who_takes_over_is_said_in_pairs_and_only_of_what_goes(place: Path, engine: Engine) -> None:
    run("load", place)
    assert "CODE=OTHER" in run("load", place, "--successor", "cleaners").output
    told = facts("load", place, "--successor", "cleaners=desk")
    assert (told["loaded"], told["errors"][0]["path"]) == (False, "cleaners")
    text = FILES["departments.yaml"].replace(
        "  - {code: cleaners, name: {vi: Công ty Môi trường}, kind: company}\n", ""
    )
    (place / "departments.yaml").write_text(text, encoding="utf-8")
    rules = FILES["rules.yaml"].replace("    executor: cleaners\n", "")
    (place / "rules.yaml").write_text(rules, encoding="utf-8")
    told = facts("load", place, "--successor", "cleaners=desk")
    assert (told["loaded"], told["counts"]["department"]["retired"]) == (True, 1)


def test_overlaps_are_taken_only_when_that_is_said(place: Path, engine: Engine) -> None:
    path = geojson(place.parent / "a.geojson", {**SQUARES, "102": SQUARES["102"].union(SQUARES["103"])})
    assert run("load", place, "--areas", path).exit_code == 1
    assert run("load", place, "--areas", path, "--accept-overlaps").exit_code == 0
    with Session(engine) as session:
        assert session.scalars(select(Area.approximate).distinct()).all() == [False]


def test_the_official_wards_of_hue(engine: Engine) -> None:
    told = facts("load", "hue", "--areas", SHARED / "areas" / "hue_wards_2025.geojson")
    assert (told["city"], told["approximate_areas"], told["ok"]) == ("hue", 0, True)
    assert told["counts"]["area"] == {"added": 40}


def test_overwriting_is_asked_for(place: Path, engine: Engine) -> None:
    run("load", place)
    with Session(engine) as session, session.begin():
        session.scalars(select(City)).one().config = {}
    assert facts("load", place)["counts"]["city"] == {"kept": 1}
    assert facts("load", place, "--overwrite")["counts"]["city"] == {"changed": 1}


def test_without_an_installation_it_says_so(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HIENTRUONG_DATABASE_URL", raising=False)
    with pytest.raises(SetupError, match="No installation runs in"):
        run("load", place, "--data", tmp_path / "data")
