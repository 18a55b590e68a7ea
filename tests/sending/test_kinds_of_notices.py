"""Every kind of notice has its words: a folder of templates by its name."""

from __future__ import annotations

from pathlib import Path

import service
from service.domain.notices.kinds import CITIZENS, STAFF, Notice

MESSAGES = Path(service.__file__).parent / "templates/messages"
PARTS = {"subject.txt", "text.txt", "html.html"}


def wordless(kinds: set[str]) -> dict[str, set[str]]:
    """The templates that each kind lacks."""
    lacking = {kind: {part for part in PARTS if not (MESSAGES / kind / part).is_file()} for kind in kinds}
    return {kind: parts for kind, parts in lacking.items() if parts}


def test_every_kind_of_notice_has_a_subject_and_words_for_each_channel() -> None:
    assert wordless({each.name for each in CITIZENS.values()} | {each.name for each in STAFF.values()}) == {}


def test_a_kind_without_words_would_be_noticed() -> None:
    assert wordless({Notice("postponed").name}) == {"postponed": PARTS}


def test_no_folder_of_words_is_cut_short() -> None:
    folders = {each.name for each in MESSAGES.iterdir() if each.is_dir()}
    assert wordless(folders) == {}
