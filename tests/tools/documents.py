"""What the documents name, held against the sources; the tests are `test_documents.py`."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from service.cli import COMMANDS, load_command
from tests.tools.modules import parsed

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("geo", "service", "workers", "tests", ".ci", ".github/workflows")
SUFFIXES = {".py", ".ts", ".html", ".css", ".yaml", ".yml", ".json", ".toml", ".sql", ".js", ""}

_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_BLOCK = re.compile(r"```\w*\n(.*?)```", re.DOTALL)
_DEFINED = re.compile(r"`([A-Za-z_][\w.]*)`(?:\s\([^)`]*\))?\s+in\s+`([\w./-]+\.(?:py|ts))`")
_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+/?")
_IDENTIFIER = re.compile(r"[A-Za-z]\w*_\w+|[A-Z]\w*[a-z]\w*[A-Z]\w*")
_OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*")


class Call(NamedTuple):
    """Command line that a document shows, and the options that are said to belong to it."""

    words: tuple[str, ...]
    options: tuple[str, ...]


def spans(text: str) -> list[str]:
    """Return what stands in code style within sentences and tables."""
    return _SPAN.findall(_BLOCK.sub("", text))


def command_lines(text: str) -> Iterator[str]:
    """Yield the command lines of a document: those of its blocks, and what stands in code style."""
    for block in _BLOCK.findall(text):
        yield from block.replace("\\\n", " ").splitlines()
    yield from (" ".join(span.split()) for span in re.findall(r"(?<!`)`([^`]+)`(?!`)", _BLOCK.sub("", text)))


def missing_paths(document: Path, text: str) -> list[str]:
    """Return the links and paths that lead nowhere: from the document, from the top or from `service/`."""
    tops = (document.parent, ROOT, ROOT / "service")
    first = {each.name for top in (ROOT, ROOT / "service") for each in top.iterdir() if each.is_dir()}
    linked = re.findall(r"\]\((?!https?://)([^)#]+)", text)
    named = [
        span for span in spans(text) if _PATH.fullmatch(span) and span.split("/")[0] in first - {"static"}
    ]
    missing = [name for name in linked if not (document.parent / name).exists()]
    missing += [name for name in named if not any((top / name).exists() for top in tops)]
    loose = [span for span in spans(text) if re.fullmatch(r"[\w-]+\.(?:py|ts|html|po)", span)]
    return missing + [name for name in loose if name not in file_names()]


@cache
def file_names() -> frozenset[str]:
    """Return the names of the source files, without their folders."""
    return frozenset(path.name for path in source_files())


@cache
def source_files() -> tuple[Path, ...]:
    """Return the files of the repository that are written by hand; documents are not among them."""
    found = (path for top in SOURCES for path in (ROOT / top).rglob("*") if path.suffix in {*SUFFIXES, ".po"})
    apart = {"node_modules", "static", "__pycache__", ".node"}
    beside = [ROOT / name for name in ("pyproject.toml", "docker-compose.yml", ".pre-commit-config.yaml")]
    return (*(path for path in found if path.is_file() and not apart & set(path.parts)), *beside)


@cache
def words_of_sources() -> frozenset[str]:
    """Return every word of the sources that could be a name."""
    found: set[str] = set()
    for path in source_files():
        if path.suffix in SUFFIXES:
            found.update(re.findall(r"\w+", path.read_text(encoding="utf-8", errors="ignore")))
    return frozenset(found)


def undefined(text: str) -> list[str]:
    """Return the pairs “`name` in `file`” of a text whose file does not define the name."""
    return [
        f"{name} in {path}"
        for name, path in _DEFINED.findall(text)
        if not any(defines(top / path, name) for top in (ROOT, ROOT / "service"))
    ]


def defines(path: Path, name: str) -> bool:
    """Return whether a file defines a function, class, constant, or method named `Class.method`."""
    if not path.is_file():
        return False
    if path.suffix == ".ts":
        words = re.escape(name.rpartition(".")[2])
        pattern = rf"\b(?:function|const|class|interface|type|async)\s+{words}\b"
        return re.search(pattern, path.read_text(encoding="utf-8")) is not None
    body: Sequence[ast.stmt] = parsed(path).body
    for part in name.split("."):
        inside = [node for node in body if part in _names(node)]
        if not inside:
            return False
        body = inside[0].body if isinstance(inside[0], ast.ClassDef) else ()
    return True


def _names(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return {node.name}
    if isinstance(node, ast.Assign):
        return {each.id for each in node.targets if isinstance(each, ast.Name)}
    return (
        {node.target.id} if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) else set()
    )


def unresolved(text: str) -> list[str]:
    """Return dotted names such as `workers.routing.route_reports` that lead to no module or definition."""
    dotted = {span for span in spans(text) if re.fullmatch(r"(?:geo|service|workers|tests)(?:\.\w+)+", span)}
    return sorted(name for name in dotted if not _resolves(name))


def _resolves(name: str) -> bool:
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        path = ROOT.joinpath(*parts[:length])
        module = path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
        if module.is_file():
            rest = ".".join(parts[length:])
            return not rest or defines(module, rest)
    return False


def unknown_identifiers(text: str) -> list[str]:
    """Return names with an underscore, or of two capitals, in code style that no source file has."""
    plain = [span for span in spans(text) if not re.search(r"[ /…]|\.py$|^_", span)]
    named = {word for span in plain for word in _IDENTIFIER.findall(span)}
    settings = {word for word in named if word.startswith("HIENTRUONG_")}  # have a check of their own
    return sorted(named - settings - words_of_sources())


def wrong_calls(text: str) -> list[str]:
    """Return the calls of `hientruong` and `python -m` whose command or option does not exist."""
    wrong = [problem for call in _calls(text) if (problem := _problem(call))]
    return sorted(set(wrong))


def _calls(text: str) -> Iterator[Call]:
    for line in command_lines(text):
        if found := re.search(r"(?:\bhientruong|\bpython -m) [a-z].*", line.partition("  #")[0]):
            words = found[0].split()
            yield Call(tuple(words), tuple(each for each in words if each.startswith("--")))
    for row in text.splitlines():
        # A row of a table: the command first, its options in code style behind.
        cells = row.split(" | ")
        if row.startswith("| `") and (found := re.match(r"\| `((?:hientruong|python -m) [^`]+)`", row)):
            yield Call(
                tuple(found[1].split()), tuple(_OPTION.findall(" ".join(_SPAN.findall("".join(cells[1:])))))
            )


def _problem(call: Call) -> str:
    words = call.words
    if words[0] == "python":
        return _problem_of_module(words[2], call.options)
    if words[1] not in COMMANDS:
        return f"hientruong {words[1]}"
    command: Any = load_command(words[1], COMMANDS[words[1]])
    for word in words[2:]:
        if word in getattr(command, "commands", {}):
            command = command.commands[word]
    commands = [command, *getattr(command, "commands", {}).values()]
    known = {"--help", *(o for c in commands for p in c.params for o in (*p.opts, *p.secondary_opts))}
    unknown = [each for each in call.options if each.partition("=")[0] not in known]
    return f"hientruong {words[1]}: {' '.join(unknown)}" if unknown else ""


def _problem_of_module(name: str, options: Sequence[str]) -> str:
    path = ROOT.joinpath(*name.split("."))
    files = sorted(path.glob("*.py")) if path.is_dir() else [path.with_suffix(".py")]
    if not all(each.is_file() for each in files) or not files:
        return f"python -m {name}"
    text = "".join(each.read_text(encoding="utf-8") for each in files)
    unknown = [each for each in options if f'"{each}"' not in text]
    return f"python -m {name}: {' '.join(unknown)}" if unknown else ""


def wrong_tests(text: str) -> list[str]:
    """Return what the lines that call pytest name and there is not: a path, or a test for `-k`."""
    wrong = []
    for line in command_lines(text):
        found = re.search(r"\bpytest\s+(.+)", line.partition("  #")[0])
        words = shlex.split(found[1]) if found else []
        paths = [ROOT / word for word in words if word.startswith("tests/")]
        wrong += [str(path.relative_to(ROOT)) for path in paths if not path.exists()]
        if "-k" in words and not any(_has_test(path, words[words.index("-k") + 1]) for path in paths):
            wrong.append(f"-k {words[words.index('-k') + 1]}")
    return wrong


def _has_test(path: Path, word: str) -> bool:
    return path.is_file() and re.search(rf"def test_\w*{word}", path.read_text(encoding="utf-8")) is not None


def unknown_addresses(text: str, routes: Sequence[str]) -> list[str]:
    """Return the addresses in code style, as `/queue` or `PUT /api/v1/duty`, that fit none of the routes."""
    found = re.findall(r"`(?:(?:GET|POST|PUT|PATCH|DELETE) )?(/[a-z][^`\s?]*)[^`]*`", _BLOCK.sub("", text))
    known = [re.compile(re.sub(r"\{[^}]*:path\}", ".+", route)) for route in routes]
    known = [re.compile(re.sub(r"\{[^}]*\}", "[^/]+", each.pattern)) for each in known]
    bases = {each: each.rstrip("…") if each.endswith("…") else f"{each}/" for each in found}
    begun = {each for each, base in bases.items() if _begins_one(base, routes)}
    return sorted(set(found) - begun - {each for each in found if _fits_one(_plain(each), known)})


def _begins_one(beginning: str, routes: Sequence[str]) -> bool:
    return any(route.startswith(beginning) for route in routes)


def _fits_one(address: str, known: Sequence[re.Pattern[str]]) -> bool:
    return any(route.fullmatch(address) for route in known)


def _plain(address: str) -> str:
    """Return an address with something in the place of what a document leaves open."""
    return re.sub(r"\{[^}]*\}|…|[A-Z]{2,}", "x", address).rstrip("/.")
