"""The house rules: who may import whom, where a commit and a status may be written, how large rooms get."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from tests.tools.modules import parsed

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 350
LONGEST_FUNCTION = 50
MOST_FILES = 20
WIDEST_TEMPLATE = 140

DOMAIN = (
    "kernel",
    "city",
    "deadlines",
    "reports",
    "publication",
    "people",
    "rules",
    "numbers",
    "casework",
    "configuration",
    "notices",
    "contacts",
    "figures",
    "works",
    "plans",
    "cleanups",
    "documents",
    "cables",
    "claims",
    "surveys",
    "number_cases",
    "queries",
    "indicators",
    "periodic",
    "emulation",
    "ogc",
    "emergencies",
    "routing",
    "talks",
    "workspaces",
    "privacy",
    "webhooks",
    "open311",
    "partners",
    "opendata",
)
"""The packages of the domain: each knows those before it, none of those after it."""

CROWDED = {
    "service/static/icons",  # one drawing a file, found by its name
    "service/migrations/versions",  # one chain
}
STARTS_WORKERS = {"service/commands/processes.py", "service/local/plan.py"}
"""What starts the processes of an installation names `workers` in strings, and only that."""

QUERIES = ("sqlalchemy.select", "sqlalchemy.text", "sqlalchemy.func", "sqlalchemy.sql", "sqlalchemy.orm")

CLOCKS = ("datetime.now", "datetime.utcnow", "date.today", "time.time", "func.now", "func.clock_timestamp")

EDGE = ("web", "signin", "rendering", "oidc", "sending")
"""The rooms between the domain and the routes."""

# What a room may not import. The most specific room that a file lies in counts.
FORBIDDEN: dict[str, tuple[str, ...]] = {
    "geo": ("service", "workers", "tests"),
    "service/models": ("service.domain", "service.api", "service.pages", "service.app", "workers", "tests"),
    "service/domain": (
        "service.api",
        "service.pages",
        "service.app",
        "service.db",
        "service.settings",
        *(f"service.{room}" for room in EDGE),
        "service.ops",
        "service.local",
        "service.commands",
        "fastapi",
        "starlette",
        "celery",
        "redis",
        "httpx",
        "workers",
        "tests",
    ),
    "service/network": ("service", "workers", "tests"),
    **{
        f"service/{room}": ("service.api", "service.pages", "service.app", "workers", "tests")
        for room in EDGE
    },
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


def tree(path: Path) -> ast.Module:
    return parsed(ROOT / path)


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


def is_in(module: str, rooms: Iterable[str]) -> bool:
    """Return whether a module is one of the rooms or lies in one."""
    return any(module == room or module.startswith(f"{room}.") for room in rooms)


# One test for all files: six thousand of their own cost more in telling than in looking.
def test_rooms_import_only_what_they_may() -> None:
    wrong = [
        f"{path} may not import {name}"
        for path in sources()
        for name in sorted(set(imports(path)))
        if is_in(name, FORBIDDEN[room_of(path)])
    ]
    assert wrong == []


def test_files_and_functions_stay_small() -> None:
    long: list[str] = []
    for path in sources():
        if path.is_relative_to("service/migrations"):
            continue  # long by nature
        lines = len((ROOT / path).read_text(encoding="utf-8").splitlines())
        if lines > LONGEST_FILE:
            long.append(f"{path} has {lines} lines: split it by verb family")
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    long.append(f"{path}: {node.name} has {length} lines")
    assert long == []


def test_modules_say_what_lives_in_them() -> None:
    """A docstring of one to three lines."""
    assert [str(path) for path in sources() if not ast.get_docstring(tree(path))] == []


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


def test_the_domain_and_geo_read_no_clock() -> None:
    """The time of an act is passed in, by edge and workers: tests and replays choose it."""
    reading = [
        f"{path}:{node.lineno}"
        for path in sources()
        if path.is_relative_to("service/domain") or path.is_relative_to("geo")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(CLOCKS)
    ]
    assert reading == []


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


def test_pages_have_one_visit_and_one_form() -> None:
    """The request, the city and the hour travel in one class, with its `run`; what was filled in is read,
    and refused, by one module.
    """
    pages = [path for path in sources() if path.is_relative_to("service/pages")]
    running = {
        str(path)
        for path in pages
        for node in ast.walk(tree(path))
        if isinstance(node, ast.AsyncFunctionDef) and node.name == "run"
    }
    assert running == {"service/pages/shared/visit.py"}
    carrying = {
        f"{path}:{node.name}"
        for path in pages
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
        and any(
            isinstance(each, ast.AnnAssign) and ast.unparse(each.target) == "request" for each in node.body
        )
    }
    assert carrying == {"service/pages/shared/visit.py:PageVisit"}
    reading = {
        str(path)
        for path in pages
        if any(
            name.endswith((".field_errors", "datastructures.FormData", ".read_form"))
            for name in imports(path)
        )
    }
    assert reading == {"service/pages/shared/forms.py"}


def test_only_life_cycles_write_a_status() -> None:
    """Those of reports and of works, whatever the variable is called that they write to."""
    writing = {str(path) for path in sources() if any(map(_writes_status, ast.walk(tree(path))))}
    assert writing == {"service/domain/reports/lifecycle.py", "service/domain/works/lifecycles.py"}


def _writes_status(node: ast.AST) -> bool:
    """Return whether a node sets an attribute `status`, or has an UPDATE set the column."""
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(target, ast.Attribute) and target.attr == "status" for target in targets)
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name) and node.func.id == "setattr":
        return ast.unparse(node.args[1]).strip("'\"") == "status"
    by_column = isinstance(node.func, ast.Attribute) and node.func.attr == "values" and not node.args
    return by_column and any(each.arg == "status" for each in node.keywords)


def test_only_its_life_writes_the_state_of_a_plan() -> None:
    """Names that stand for plans are those of the whole code: other things have a state too."""
    writing = {
        str(path)
        for path in sources()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign | ast.AugAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute)
        and target.attr == "state"
        and isinstance(target.value, ast.Name)
        and target.value.id == "plan"
    }
    assert writing == {"service/domain/plans/life.py"}


def test_only_one_module_makes_anything_with_a_key() -> None:
    """Signatures, keyed digests and derived keys are all made where their purposes stand side by side."""
    making = {
        str(path)
        for path in sources()
        if {"hmac", "itsdangerous"} & set(imports(path)) or any(map(_takes_a_key, ast.walk(tree(path))))
    }
    assert making == {
        "service/domain/kernel/tokens.py",
        "service/web/cursors.py",  # reads, and no longer makes, cursors given out before
    }


def _takes_a_key(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and "blake2" in ast.unparse(node.func)
        and any(each.arg in ("key", None) for each in node.keywords)
    )


def test_the_house_has_no_other_rooms() -> None:
    ignored = {name.strip("/") for name in (ROOT / ".gitignore").read_text().split() if "*" not in name}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - TOP_LEVEL - ignored == set()


@cache
def modules() -> Mapping[str, Path]:
    """Dotted name → file, of every module and package of the product."""
    return {".".join(path.with_suffix("").parts).removesuffix(".__init__"): path for path in sources()}


@cache
def imported(path: Path) -> frozenset[Path]:
    """The files of the product that a file imports, inside functions too."""
    found = {modules()[name] for name in imports(path) if name in modules()}
    return frozenset(found - {path} - {path.parent / "__init__.py"})


def rooms(depth: int) -> Mapping[str, set[str]]:
    """Room → the rooms it knows: folders to this depth; the modules beside `service/app.py` are one each."""

    def room(path: Path) -> str:
        return str(path if path.parent == Path("service") else Path(*path.parent.parts[:depth]))

    known: dict[str, set[str]] = {}
    for path in sources():
        here = room(path)
        known.setdefault(here, set()).update(room(each) for each in imported(path))
        known[here].discard(here)
    return known


def circle(known: Mapping[str, set[str]]) -> list[str]:
    """One circle of what knows what, as the way around it; empty where there is none."""
    done: set[str] = set()

    def walk(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        for each in sorted(known.get(name, ())):
            if found := walk(each, [*way, name]):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(known) if (found := walk(name, []))), [])


def test_no_file_and_no_package_knows_itself_through_others() -> None:
    files = {str(path): {str(each) for each in imported(path)} for path in sources()}
    assert circle(files) == []
    assert [found for depth in (2, 3, 4, 5, 6) if (found := circle(rooms(depth)))] == []


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c", "d"}, "c": set(), "d": {"b"}}) == ["b", "d", "b"]


def test_the_packages_of_the_domain_know_only_those_before_them() -> None:
    found = {
        path.parts[2] for path in sources() if path.is_relative_to("service/domain") and len(path.parts) > 3
    }
    assert found == set(DOMAIN)
    wrong = [
        f"{path} imports {each}"
        for path in sources()
        if path.is_relative_to("service/domain") and len(path.parts) > 3
        for each in imported(path)
        if each.is_relative_to("service/domain")
        and (len(each.parts) == 3 or DOMAIN.index(each.parts[2]) > DOMAIN.index(path.parts[2]))
    ]
    assert wrong == []


def test_the_guide_tells_the_order_that_holds() -> None:
    text = (ROOT / "service/README.md").read_text(encoding="utf-8")
    listed = text.partition("know only those before them:")[2].partition(";")[0]
    assert tuple(re.findall(r"`(\w+)`", listed)) == DOMAIN


def test_no_folder_is_crowded() -> None:
    ignored = {"node_modules", "built", "__pycache__"}
    counted = Counter(
        path.parent.relative_to(ROOT).as_posix()
        for room in ("geo", "service", "tests", "workers")
        for path in (ROOT / room).rglob("*")
        if path.is_file() and not ignored & set(path.parts) and not path.name.startswith(".")
    )
    crowded = {folder: files for folder, files in counted.items() if files > MOST_FILES}
    assert crowded.keys() - CROWDED == set(), crowded


def test_no_string_names_what_may_not_be_imported() -> None:
    """A module named in a string is an import that nobody sees: the same borders hold for it."""
    named = [
        f"{path} names {module} in a string"
        for path in sources()
        if not path.is_relative_to("service/migrations/versions")  # names of tasks, in tables
        for module in sorted(_modules_in_strings(path))
        if not (str(path) in STARTS_WORKERS and is_in(module, ["workers"]))
    ]
    assert named == []


def _modules_in_strings(path: Path) -> set[str]:
    """The modules a file may not import and names in a string that is no docstring."""
    named = {
        module
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for word in re.findall(r"(?<![\w./`])(?:geo|service|workers)(?:\.\w+)+", node.value)
        if (module := _module_in(word)) is not None
    }
    documented = {
        module for text in _docstrings(path) for word in text if (module := _module_in(word)) is not None
    }
    return {module for module in named - documented if is_in(module, FORBIDDEN[room_of(path)])}


def _module_in(word: str) -> str | None:
    """The module that a dotted word is, or lies in."""
    parts = word.split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 1, -1))
    return next((name for name in names if name in modules()), None)


def _docstrings(path: Path) -> Iterator[list[str]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield re.findall(r"(?:geo|service|workers)(?:\.\w+)+", str(node.value.value))


def test_templates_are_not_wide() -> None:
    wide = [
        f"{path.relative_to(ROOT)}:{number} has {len(line)} columns"
        for path in sorted((ROOT / "service/templates").rglob("*.*"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > WIDEST_TEMPLATE
    ]
    assert wide == []


def test_islands_stay_small() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in sorted((ROOT / "service/islands").rglob("*.ts"))
        if "node_modules" not in path.parts
    }
    assert lengths
    too_long = {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE}
    assert not too_long, f"split them by idea: {too_long}"
