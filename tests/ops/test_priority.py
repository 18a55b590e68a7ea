"""What leaves the processor to others does so within its session and as a session."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from service.ops import priority


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    found: list[int] = []
    monkeypatch.setattr(os, "nice", found.append)
    return found


def test_the_process_and_its_group_step_back(asked: list[int], tmp_path: Path) -> None:
    group = tmp_path / "autogroup"
    group.write_text("/autogroup-7 nice 0")
    priority.step_back(5, group)
    assert asked == [5]
    assert group.read_text() == "5"


def test_a_system_without_groups_of_sessions(asked: list[int], tmp_path: Path) -> None:
    priority.step_back(5, tmp_path / "autogroup")
    assert asked == [5]
    assert not (tmp_path / "autogroup").exists()


def test_one_that_may_not_say_it(asked: list[int], tmp_path: Path) -> None:
    (tmp_path / "autogroup").mkdir()  # cannot be written
    priority.step_back(5, tmp_path / "autogroup")
    assert asked == [5]


def test_who_is_urgent_changes_nothing(asked: list[int], tmp_path: Path) -> None:
    group = tmp_path / "autogroup"
    group.write_text("as it was")
    priority.step_back(0, group)
    assert asked == []
    assert group.read_text() == "as it was"
