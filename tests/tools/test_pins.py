"""The pins: no address in them, all of them hashed, and read as they are written."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.tools import pins

TWO = """\
# made by hand
alpha==1.0 \\
    --hash=sha256:{a} \\
    --hash=sha256:{b}
beta-lib==2.1.post1 ; python_full_version < '3.12' \\
    --hash=sha256:{b}
""".format(a="a" * 64, b="b" * 64)


def test_pins_are_read_with_markers_and_hashes() -> None:
    assert pins.parse(TWO) == {
        "alpha==1.0": {"sha256:" + "a" * 64, "sha256:" + "b" * 64},
        "beta-lib==2.1.post1 ; python_full_version < '3.12'": {"sha256:" + "b" * 64},
    }


@pytest.mark.parametrize(
    "line", ["alpha>=1", "--index-url somewhere", "alpha @ file.whl", "-e .", "    --hash=sha256:" + "a" * 64]
)
def test_what_is_no_pin_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="neither a pin nor a hash"):
        pins.parse(line)


def test_constraints_are_put_in_replaced_and_taken_out() -> None:
    bare = "[project]\nname = 'x'\n\n[tool.uv]\ndefault-groups = []\n\n[tool.ruff]\n"
    once = pins.with_constraints(bare, ["alpha==1.0", "beta==2 ; sys_platform == 'win32'"])
    assert tomllib.loads(once)["tool"]["uv"] == {
        "constraint-dependencies": ["alpha==1.0", "beta==2 ; sys_platform == 'win32'"],
        "default-groups": [],
    }
    assert pins.constraints(once) == ["alpha==1.0", "beta==2 ; sys_platform == 'win32'"]
    assert pins.constraints(pins.with_constraints(once, ["alpha==1.1"])) == ["alpha==1.1"]
    assert pins.with_constraints(once, []) == bare


def test_the_repository_names_no_address() -> None:
    assert "://" not in pins.LOCK.read_text()
    assert "://" not in "".join(pins.constraints(pins.PROJECT.read_text()))


def test_everything_that_runs_is_locked_by_hash_to_the_version_that_is_tested() -> None:
    locked = pins.parse(pins.LOCK.read_text())
    assert all(locked.values())
    assert set(locked) <= set(pins.constraints(pins.PROJECT.read_text()))


def test_every_direct_dependency_is_pinned() -> None:
    project = tomllib.loads(pins.PROJECT.read_text())
    groups = project["dependency-groups"].values()
    extras = project["project"]["optional-dependencies"].values()
    wanted = [*project["project"]["dependencies"], *(one for some in (*groups, *extras) for one in some)]
    names = {re.split(r"[\[<>=;\s]", one)[0].lower() for one in wanted} - {project["project"]["name"]}
    assert names <= {pin.split("==")[0] for pin in pins.constraints(pins.PROJECT.read_text())}
