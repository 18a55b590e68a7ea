"""Changes made here and the loading of the city's folder: neither overwrites the other unseen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.domain.city.reference import load_reference
from service.domain.configuration.administration import rules
from service.domain.configuration.administration.changes import EditStamp
from service.domain.configuration.administration.city_loads import load_folder
from service.domain.configuration.administration.rules import RuleChange
from service.domain.configuration.cityload import CityRefused, load_city
from service.domain.people.staff import NewAccount, add_account
from service.domain.rules.rulebook import load_rulebook
from service.models import Report
from tests.domain.configuration.cityfile.cities import FILES, write_city
from tests.support.factories import make_report
from tests.support.small_city import NOON

AT = (106.7, 9.6)
"""Inside the sample town."""


def test_the_folder_newly_says_otherwise_and_what_was_done_here_stays(
    session: Session, tmp_path: Path
) -> None:
    place = write_city(tmp_path / "city")
    load_city(session, place, now=NOON)
    account = add_account(
        session, load_reference(session), NewAccount("ad", "Quản trị", "administrator"), None, at=NOON
    )
    first = rules.rule_history(session, 1)[0]
    wish = rules.rule_change_of(first).model_copy(update={"priority": 7})
    rules.put_rule_in_force(session, load_rulebook(session), EditStamp(account.id, "Quản trị", NOON), 1, wish)
    kept = load_city(session, place, now=NOON)
    assert ("rule", "1", "kept") in {(c.kind, c.code, c.what) for c in kept.changes}
    file = place / "rules.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("{vi: Rác thải}", "{vi: Rác}"), encoding="utf-8")
    for _ in range(2):
        told = load_city(session, place, now=NOON)
        assert ("rule", "1", "disputed") in {(c.kind, c.code, c.what) for c in told.changes}
        assert rules.rule_history(session, 1)[0].spec["priority"] == 7
    load_city(session, place, now=NOON, overwrite=True)
    newest = rules.rule_history(session, 1)[0]
    assert (newest.name["vi"], newest.spec["priority"]) == ("Rác", 0)


NIGHT = "  - {code: desk.night, parent: desk, name: {vi: Ca đêm}, kind: city}\n"
DUMP = "[litter.dump]"


def rewrite(place: Path, file: str, old: str, new: str) -> None:
    text = (place / file).read_text(encoding="utf-8")
    assert old in text
    (place / file).write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def place(session: Session, tmp_path: Path) -> Path:
    place = write_city(tmp_path / "city")
    load_folder(session, place, now=NOON)
    return place


def case(session: Session, category: str, lead: str) -> Report:
    return make_report(
        session, load_reference(session), "in_progress", category=category, lead=lead, place=AT
    )


def refusal(session: Session, place: Path, **options: Any) -> str:
    with pytest.raises(CityRefused) as refused, session.begin_nested():
        load_folder(session, place, now=NOON, **options)
    return str(refused.value)


def test_a_department_that_the_folder_drops_leaves_its_cases_to_a_named_one(
    session: Session, place: Path
) -> None:
    report = case(session, "litter", "desk.night")
    rewrite(place, "departments.yaml", NIGHT, "")
    rewrite(place, "rules.yaml", "desk.night", "desk")

    told = refusal(session, place)

    assert "departments.yaml: desk.night: 1 reports are still open" in told
    assert report.code in told
    assert "--successor desk.night=CODE" in told
    assert load_reference(session).department_by_code["desk.night"].active
    assert "nonsense" in refusal(session, place, successors={"desk.night": "nonsense"})
    assert "litter" in refusal(session, place, successors={"desk.night": "desk", "litter": "desk"})

    load_folder(session, place, now=NOON, successors={"desk.night": "desk"})
    known = load_reference(session).department_by_code
    session.refresh(report)
    assert (known["desk.night"].active, report.lead_id) == (False, known["desk"].id)


def test_a_kind_that_the_folder_drops_leaves_its_reports_to_a_named_one(
    session: Session, place: Path
) -> None:
    report = case(session, "litter.dump", "desk")
    kept = FILES["categories.yaml"].split("  - code: litter.dump")[0]
    (place / "categories.yaml").write_text(kept, encoding="utf-8")
    rewrite(place, "rules.yaml", DUMP, "[litter]")

    told = refusal(session, place)
    assert "categories.yaml: litter.dump" in told
    assert report.code in told

    load_folder(session, place, now=NOON, successors={"litter.dump": "litter"})
    session.refresh(report)
    assert load_reference(session).categories[report.category_id].code == "litter"


def test_nothing_is_dropped_that_a_rule_made_here_names(session: Session, place: Path) -> None:
    account = add_account(
        session, load_reference(session), NewAccount("ad", "Quản trị", "administrator"), None, at=NOON
    )
    body = {"categories": ["litter"], "areas": ["103"], "lead": "desk.night", "policy": "urgent"}
    wish = RuleChange.model_validate({**body, "name": {"vi": "Ban đêm"}, "number": 9})
    rules.put_rule_in_force(
        session, load_rulebook(session), EditStamp(account.id, "Quản trị", NOON), None, wish
    )
    rewrite(place, "departments.yaml", NIGHT, "")
    rewrite(place, "rules.yaml", "desk.night", "desk")
    rewrite(place, "rules.yaml", "policy: urgent", "policy: standard")
    kept = FILES["policies.yaml"].split("  - code: urgent")[0]
    (place / "policies.yaml").write_text(kept, encoding="utf-8")

    told = refusal(session, place, successors={"desk.night": "desk"}).splitlines()

    assert [line.split(":")[0] for line in told] == ["departments.yaml", "policies.yaml"]
    assert all("9" in line for line in told)
