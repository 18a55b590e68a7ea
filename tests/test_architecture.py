"""The house rules: who may import whom, where a commit and a status may be written, how large rooms get."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 350
LONGEST_FUNCTION = 50

QUERIES = ("sqlalchemy.select", "sqlalchemy.text", "sqlalchemy.func", "sqlalchemy.sql", "sqlalchemy.orm")

# What a room may not import. The most specific room that a file lies in counts.
FORBIDDEN: dict[str, tuple[str, ...]] = {
    "geo": ("service", "workers", "tests"),
    "service/models": ("service.domain", "service.api", "service.pages", "service.app", "workers", "tests"),
    "service/domain": (
        "service.api",
        "service.pages",
        "service.app",
        "service.web.dependencies",
        "service.db",
        "service.settings",
        "service.web.viewer",
        "fastapi",
        "starlette",
        "celery",
        "redis",
        "httpx",
        "workers",
        "tests",
    ),
    "service/api": ("service.pages", "workers", "tests", *QUERIES),
    "service/pages": ("service.api", "workers", "tests", *QUERIES),
    "service": ("workers", "tests"),
    "workers": ("service.api", "service.pages", "service.app", "tests"),
}
TOP_LEVEL = {
    "service",
    "workers",
    "geo",
    "tests",
    "pyproject.toml",
    "requirements.lock",
    "docker-compose.yml",
    "README.md",
    "LICENSE",
}


@cache
def sources() -> tuple[Path, ...]:
    """Every Python file of the product, relative to the repository."""
    return tuple(
        path.relative_to(ROOT)
        for room in ("geo", "service", "workers")
        for path in sorted((ROOT / room).rglob("*.py"))
        if "node_modules" not in path.parts
    )


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def room_of(path: Path) -> str:
    """The most specific room with a rule that the file lies in."""
    rooms = [room for room in FORBIDDEN if path.is_relative_to(room)]
    return max(rooms, key=len)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", sources(), ids=str)
def test_rooms_import_only_what_they_may(path: Path) -> None:
    forbidden = FORBIDDEN[room_of(path)]
    wrong = {
        name for name in imports(path) for room in forbidden if name == room or name.startswith(f"{room}.")
    }
    assert not wrong, f"{path} may not import {sorted(wrong)}"


@pytest.mark.parametrize("path", sources(), ids=str)
def test_files_and_functions_stay_small(path: Path) -> None:
    if path.is_relative_to("service/migrations"):
        pytest.skip("migrations are long by nature")
    lines = len((ROOT / path).read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE, f"{path} has {lines} lines: split it by verb family"
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{path}: {node.name} has {length} lines"


@pytest.mark.parametrize("path", sources(), ids=str)
def test_modules_say_what_lives_in_them(path: Path) -> None:
    text = ast.get_docstring(tree(path))
    assert text, f"{path} needs a docstring of one to three lines"


def test_only_db_commits() -> None:
    committing = {
        str(path)
        for path in sources()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr in ("commit", "begin")
        and isinstance(node.value, ast.Name)
        and node.value.id in ("session", "connection")
        and not path.is_relative_to("service/migrations")
    }
    assert committing == {"service/db.py"}


def test_forms_are_read_in_one_place() -> None:
    """The framework's own reader leaves the files of a form that breaks off, or is refused later, open."""
    reading = {
        str(path)
        for path in sources()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "form"
        and ast.unparse(node.func.value).endswith("request")
    }
    assert reading == {"service/web/forms.py"}


def test_only_the_life_cycle_writes_a_status() -> None:
    writing = {
        str(path)
        for path in sources()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign | ast.AugAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute)
        and target.attr == "status"
        and isinstance(target.value, ast.Name)
        and target.value.id in ("report", "original", "case")
    }
    assert writing == {"service/domain/reports/lifecycle.py"}


def test_the_house_has_no_other_rooms() -> None:
    ignored = {name.strip("/") for name in (ROOT / ".gitignore").read_text().split() if "*" not in name}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - TOP_LEVEL - ignored == set()
