"""Changes made here and the loading of the city's folder: neither overwrites the other unseen."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from service.domain.administration import rules
from service.domain.administration.changes import Hand
from service.domain.cityload import load_city
from service.domain.reference import load_reference
from service.domain.rulebook import load_rulebook
from service.domain.staff import NewAccount, add
from tests.domain.cities import write_city
from tests.small_city import NOON


def test_the_folder_newly_says_otherwise_and_what_was_done_here_stays(
    session: Session, tmp_path: Path
) -> None:
    place = write_city(tmp_path / "city")
    load_city(session, place, now=NOON)
    account = add(
        session, load_reference(session), NewAccount("ad", "Quản trị", "administrator"), None, at=NOON
    )
    first = rules.history(session, 1)[0]
    wish = rules.wish_of(first).model_copy(update={"priority": 7})
    rules.put_in_force(session, load_rulebook(session), Hand(account.id, "Quản trị", NOON), 1, wish)
    kept = load_city(session, place, now=NOON)
    assert ("rule", "1", "kept") in {(c.kind, c.code, c.what) for c in kept.changes}
    file = place / "rules.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("{vi: Rác thải}", "{vi: Rác}"), encoding="utf-8")
    for _ in range(2):
        told = load_city(session, place, now=NOON)
        assert ("rule", "1", "disputed") in {(c.kind, c.code, c.what) for c in told.changes}
        assert rules.history(session, 1)[0].spec["priority"] == 7
    load_city(session, place, now=NOON, overwrite=True)
    newest = rules.history(session, 1)[0]
    assert (newest.name["vi"], newest.spec["priority"]) == ("Rác", 0)
