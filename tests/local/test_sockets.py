"""Where Unix sockets go, and that nobody else can have put something there."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.local.sockets import LONGEST_PATH, make_private, socket_folder
from service.problems import SetupError

names = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=60)


@given(st.lists(names, min_size=1, max_size=6))
def test_every_socket_path_fits(parts: list[str]) -> None:
    folder = socket_folder(Path("/", *parts))
    assert len(os.fsencode(folder / ".s.PGSQL.5432")) <= LONGEST_PATH
    assert len(os.fsencode(folder / "redis.sock")) <= LONGEST_PATH


def test_a_short_folder_has_them_inside() -> None:
    assert socket_folder(Path("/srv/hue")) == Path("/srv/hue/run")


def test_a_long_folder_has_its_own_short_one_every_time() -> None:
    one, other = Path("/srv", "x" * 100), Path("/srv", "y" * 100)
    assert socket_folder(one) == socket_folder(one)
    assert socket_folder(one) != socket_folder(other)


def test_a_private_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    make_private(folder, None)
    make_private(folder, None)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_link_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SetupError, match="belongs to somebody else"):
        make_private(tmp_path / "run", None)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_somebody_elses_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    os.chown(tmp_path / "run", 65534, 65534)
    with pytest.raises(SetupError, match="belongs to somebody else"):
        make_private(tmp_path / "run", None)
