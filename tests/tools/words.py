"""Counts of what the naming rules forbid: homonyms, headless docstrings, `Any`. `--list` names the places."""

from __future__ import annotations

import argparse
import ast
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.tools.modules import parsed

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("service", "workers", "geo")

HEADLESS = re.compile(
    r"(?:What|Who|Whose|Whom|Whoever|Whatever|Whether|Where|How|When|Which|Why|Those|That|These|This|Such|One|It|"
    r"Its|They|Their|Them|He|She|His|Her|The same|So much|So many|"
    r"As|For|By|Of|In|On|At|With|Without|Only|Not|No more)\b(?!-)"
)
"""Beginnings that cannot be read alone: clauses without a head, and pronouns for a noun said elsewhere."""

VERBLESS = re.compile(r"(?:The|An?|Another|All|Every|Each|Both|Nobody|Somebody|Nothing|Everybody)\b|[`(“{]")
"""Beginnings of functions' docstrings that name a thing, not what is done: “The id” for “Return the id”."""

SAME_THING = {
    "main": "where a process begins",
    "address_of": "a channel's answer to the same question: sending/<channel>/",
    "mask": "a channel's answer to the same question: sending/<channel>/",
    "make_sender": "a channel's answer to the same question: sending/<channel>/",
    "make_delivery": "a channel's answer to the same question: sending/<channel>/",
    "account_of": "a channel's answer to the same question: sending/<channel>/",
    "is_demo": "a channel's answer to the same question: sending/<channel>/",
}
"""Names that several modules may share, because their functions are the same thing, with the reason."""

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class Place(NamedTuple):
    """A line of a source file, and the words that were found in it."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        """Return the place as compilers print one."""
        return f"{self.path}:{self.line}: {self.text}"


class Source(NamedTuple):
    """A parsed source file; `path` is relative to the repository."""

    path: str
    tree: ast.Module


def sources(root: Path = ROOT) -> list[Source]:
    """Return every source file of the product but the migrations, which are never edited."""
    files = (path for package in PACKAGES for path in sorted((root / package).rglob("*.py")))
    return [
        Source(path.relative_to(root).as_posix(), parsed(path))
        for path in files
        if "node_modules" not in path.parts and "versions" not in path.parts
    ]


def homonyms(found: Sequence[Source], kinds: tuple[type[Definition], ...]) -> list[Place]:
    """Return the definitions at the top of a module that share their name with one of another module.

    Private names and handlers of routes or commands do not count: nobody imports them by name.
    """
    by_name: dict[str, list[Place]] = defaultdict(list)
    for source in found:
        seen: set[str] = set()
        for node in source.tree.body:
            if isinstance(node, kinds) and node.name not in seen and _is_public(node):
                seen.add(node.name)
                by_name[node.name].append(Place(source.path, node.lineno, node.name))
    return [place for _, places in sorted(by_name.items()) if len(places) > 1 for place in places]


def headless(found: Sequence[Source]) -> list[Place]:
    """Return the docstrings whose first sentence has no head or begins with a pronoun."""
    return [
        Place(source.path, node.lineno if not isinstance(node, ast.Module) else 1, text.splitlines()[0])
        for source in found
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Module | Definition)
        and (text := ast.get_docstring(node))
        and HEADLESS.match(text)
    ]


def verbless(found: Sequence[Source]) -> list[Place]:
    """Return the docstrings of functions that begin with no verb.

    Handlers and fixtures are left out: theirs describe a page or a part of the API to people who call it.
    """
    return [
        Place(source.path, node.lineno, text.splitlines()[0])
        for source in found
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.decorator_list
        and (text := ast.get_docstring(node))
        and VERBLESS.match(text)
    ]


def aimless(found: Sequence[Source]) -> list[Place]:
    """Return the docstrings that say what is returned by functions that return nothing."""
    return [
        Place(source.path, node.lineno, text.splitlines()[0])
        for source in found
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and isinstance(node.returns, ast.Constant)
        and node.returns.value is None
        and (text := ast.get_docstring(node))
        and text.startswith(("Return ", "Yield "))
    ]


def stray(found: Sequence[Source]) -> list[Place]:
    """Return the strings that stand alone behind nothing they could describe: what they told of has moved."""
    return [
        Place(source.path, here.lineno, str(here.value.value).splitlines()[0])
        for source in found
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Module | ast.ClassDef)
        for before, here in itertools.pairwise(node.body)
        if isinstance(here, ast.Expr)
        and isinstance(here.value, ast.Constant)
        and isinstance(here.value.value, str)
        and not isinstance(before, ast.Assign | ast.AnnAssign | ast.AugAssign)
    ]


def untyped(found: Sequence[Source]) -> list[Place]:
    """Return the uses of `Any`; its imports do not count."""
    return [
        Place(source.path, node.lineno, "Any")
        for source in found
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Name) and node.id == "Any"
    ]


def counts(root: Path = ROOT) -> Iterator[tuple[str, int, list[Place]]]:
    """Yield each measure, its number (of names for homonyms) and its places."""
    found = sources(root)
    for measure, kinds in (
        ("class names that occur twice", (ast.ClassDef,)),
        ("public function names that occur twice", (ast.FunctionDef, ast.AsyncFunctionDef)),
    ):
        places = homonyms(found, kinds)
        yield measure, len({place.text for place in places}), places
    for measure, places in (
        ("headless docstrings", headless(found)),
        ("docstrings of functions without a verb", verbless(found)),
        ("strings that describe nothing", stray(found)),
        ("uses of Any", untyped(found)),
    ):
        yield measure, len(places), places


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table of the measures, with `--list` also the places."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="name the places, too")
    chosen = parser.parse_args(arguments)
    for measure, number, places in counts():
        print(f"{number:6}  {measure}")
        if chosen.list:
            print(*(f"        {place}" for place in places), sep="\n")


def _is_public(node: Definition) -> bool:
    routed = any(isinstance(each, ast.Call | ast.Attribute) for each in node.decorator_list)
    is_handler = routed and not isinstance(node, ast.ClassDef)
    return not node.name.startswith("_") and node.name not in SAME_THING and not is_handler


if __name__ == "__main__":
    main()
