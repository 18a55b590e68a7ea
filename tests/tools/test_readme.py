"""The README says what the code says."""

from __future__ import annotations

import re

from service.cli import COMMANDS
from tests.tools.readme import README, with_tables
from tests.tools.screenshots import FOLDER, MOST_BYTES, SHOTS, with_pictures


def test_the_settings_table_is_current() -> None:
    text = README.read_text(encoding="utf-8")
    assert with_tables(text) == text, "run: uv run python -m tests.tools.readme --write"


def test_every_command_is_described() -> None:
    text = README.read_text(encoding="utf-8")
    named = set(re.findall(r"`hientruong (\w+)", text))
    assert set(COMMANDS) <= named


def test_the_pictures_are_there_small_and_told() -> None:
    text = README.read_text(encoding="utf-8")
    assert with_pictures(text) == text, "run: uv run python -m tests.tools.screenshots"
    for shot in SHOTS:
        assert (FOLDER / f"{shot.name}.webp").stat().st_size <= MOST_BYTES
        assert f'alt="{shot.alt}"' in text
