"""`python -m tests.tools.measures`: the house in figures: rooms, arrows, sizes, widths, libraries.

With a folder as its argument it measures another checkout, so that before and after stand side by side.
"""

from __future__ import annotations

import argparse
import ast
import statistics
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.tools import words

HERE = Path(__file__).resolve().parents[2]
PARTS = ("service", "workers", "geo")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class House:
    """One checkout of the product."""

    root: Path

    @cached_property
    def modules(self) -> Mapping[Path, ast.Module]:
        """The product's Python files, relative to the checkout; migrations, never touched again, left out."""
        found = (path for part in PARTS for path in sorted((self.root / part).rglob("*.py")))
        return {
            path.relative_to(self.root): ast.parse(path.read_text(encoding="utf-8"))
            for path in found
            if not {"node_modules", "migrations"} & set(path.parts)
        }

    def lines(self, ending: str) -> Iterator[tuple[Path, Sequence[str]]]:
        """Yield the lines of each file of the service with that ending, but for what is built."""
        for path in sorted((self.root / "service").rglob(f"*{ending}")):
            if not {"node_modules", "built"} & set(path.parts):
                yield path, path.read_text(encoding="utf-8").splitlines()

    @cached_property
    def arrows(self) -> set[tuple[str, str]]:
        """Pairs of rooms of which the first imports the second."""
        names = {
            ".".join(path.with_suffix("").parts).removesuffix(".__init__"): path for path in self.modules
        }
        found = set()
        for path, tree in self.modules.items():
            for name in _imported(tree):
                target = names.get(name) or names.get(name.rpartition(".")[0])
                if target is not None and room(target) != room(path):
                    found.add((room(path), room(target)))
        return found


def room(path: Path) -> str:
    """Return the room that a file lies in: a folder of the domain, else the folder below `service`."""
    parts = path.parts[:-1]
    return "/".join(parts[: 3 if parts[:2] == ("service", "domain") else 2])


def _dotted(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{each.name}" for each in node.names)


def figures(house: House) -> dict[str, str]:
    """Return the figures of a checkout by their names."""
    trees = house.modules
    nodes = [node for tree in trees.values() for node in ast.walk(tree)]
    functions = [node for node in nodes if isinstance(node, Function)]
    lengths = [(node.end_lineno or node.lineno) - node.lineno + 1 for node in functions]
    files = [len((house.root / path).read_text(encoding="utf-8").splitlines()) for path in trees]
    folders = Counter(path.parent for path in trees)
    islands = [len(lines) for path, lines in house.lines(".ts") if ".test." not in path.name]
    widths = [len(line) for _, lines in house.lines(".html") for line in lines]
    return {
        "rooms": str(len({room(path) for path in trees})),
        "arrows between rooms": str(len(house.arrows)),
        "files; most in one folder": f"{len(files)}; {max(folders.values())}",
        "lines a file, median; most": f"{statistics.median(files):.0f}; {max(files)}",
        "lines a function, median; most": f"{statistics.median(lengths):.0f}; {max(lengths)}",
        "lines an island, median; most": f"{statistics.median(islands):.0f}; {max(islands)}",
        "widest line of a template": str(max(widths)),
        **{measure: str(number) for measure, number, _ in words.counts(house.root)},
        "functions of three lines that are alike": str(_alike(functions)),
        "libraries: product, tests and lint": _libraries(house.root),
        "tests' functions": str(_tests(house.root)),
    }


def _alike(functions: Sequence[Function]) -> int:
    """Return how many functions have the very same body as another one, docstrings apart."""
    bodies = Counter(
        "\n".join(map(ast.dump, body))
        for function in functions
        if (body := function.body[1:] if ast.get_docstring(function) else function.body)
        and (body[-1].end_lineno or 0) - body[0].lineno >= 2
    )
    return sum(times for times in bodies.values() if times > 1)


def _libraries(root: Path) -> str:
    stated = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    groups = stated.get("dependency-groups", {})
    return f"{len(stated['project']['dependencies'])}, {sum(len(each) for each in groups.values())}"


def _tests(root: Path) -> int:
    return sum(
        isinstance(node, Function) and node.name.startswith("test_")
        for path in (root / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def main() -> None:
    """Print the figures of this checkout, beside those of the ones named."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.measures", description=__doc__)
    parser.add_argument("others", nargs="*", type=Path, help="checkouts to stand before this one")
    houses = [*(each.resolve() for each in parser.parse_args().others), HERE]
    columns = [figures(House(each)) for each in houses]
    table = Table("", *(each.name for each in houses))
    for name in columns[-1]:
        table.add_row(name, *(column[name] for column in columns))
    Console().print(table)


if __name__ == "__main__":
    main()
