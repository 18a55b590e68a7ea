"""The documents say what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service.cli import COMMANDS
from tests.tools.screenshots import FOLDER, MOST_BYTES, README, SHOTS, with_pictures
from tests.tools.settings_table import OPERATIONS, with_tables

ROOT = OPERATIONS.parents[1]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / ".github" / "CONTRIBUTING.md",
    ROOT / "tests" / "README.md",
    *(ROOT / "service" / name for name in ("README.md", "OPERATIONS.md", "DECISIONS.md", "cities/README.md")),
]


def test_the_settings_table_is_current() -> None:
    text = OPERATIONS.read_text(encoding="utf-8")
    assert with_tables(text) == text, "run: uv run python -m tests.tools.settings_table --write"


def test_every_command_is_described() -> None:
    text = OPERATIONS.read_text(encoding="utf-8")
    named = set(re.findall(r"`hientruong ([\w-]+)", text))
    assert set(COMMANDS) <= named


def test_the_pictures_are_there_small_and_told() -> None:
    text = README.read_text(encoding="utf-8")
    assert with_pictures(text) == text, "run: uv run python -m tests.tools.screenshots"
    for shot in SHOTS:
        assert (FOLDER / f"{shot.name}.webp").stat().st_size <= MOST_BYTES
        assert f'alt="{shot.alt}"' in text


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_link_or_path_leads_to_what_is_there(document: Path) -> None:
    """Links within the repository, and files named in code style, from its top or from `service/`."""
    text = document.read_text(encoding="utf-8")
    linked = re.findall(r"\]\((?!https?://)([^)#]+)", text)
    named = re.findall(
        r"`((?:service|workers|geo|tests)/[\w./-]+|[\w-]+/[\w./-]+\.(?:py|ts|css|html|yaml|po))`", text
    )
    missing = [name for name in linked if not (document.parent / name).exists()]
    missing += [name for name in named if not any((top / name).exists() for top in (ROOT, ROOT / "service"))]
    assert missing == []


def test_the_front_door_is_read_in_some_minutes() -> None:
    assert len(README.read_text(encoding="utf-8").split()) <= 1_500
