"""`python -m tests.tools.measures`: the code in figures: packages, sizes, names, duplicates, test time.

With folders as arguments it measures other checkouts too, so that before and after stand side by side. The
time of the tests is read from the file of `pytest --junitxml FILE`, given by `--junit`.
"""

from __future__ import annotations

import argparse
import ast
import json
import statistics
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from xml.etree import ElementTree as ET

from rich.console import Console
from rich.table import Table

from tests.tools import words

HERE = Path(__file__).resolve().parents[2]
PARTS = ("service", "workers", "geo")
NOT_OURS = {"node_modules", "migrations", "built"}
RUN = 8
"""So many equal lines in a row count as a duplicate, blank lines and imports apart."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class House:
    """One checkout of the product; `junit` is what its tests left behind, where they were run."""

    root: Path
    junit: Path | None = None

    @cached_property
    def modules(self) -> Mapping[Path, ast.Module]:
        """The product's Python files, relative to the checkout; migrations, never touched again, left out."""
        return {
            path.relative_to(self.root): ast.parse(path.read_text(encoding="utf-8"))
            for path in self.files(PARTS, ".py")
        }

    @cached_property
    def tests(self) -> Sequence[ast.Module]:
        """The Python files of the tests."""
        return [ast.parse(path.read_text(encoding="utf-8")) for path in self.files(("tests",), ".py")]

    def files(self, parts: Iterable[str], ending: str) -> Iterator[Path]:
        """Yield the files below some folders that are written by hand."""
        for part in parts:
            for path in sorted((self.root / part).rglob(f"*{ending}")):
                if not NOT_OURS & set(path.relative_to(self.root).parts):
                    yield path

    def lines(self, parts: Iterable[str], ending: str) -> Iterator[Sequence[str]]:
        """Yield the lines of each of these files."""
        for path in self.files(parts, ending):
            if ".test." not in path.name:
                yield path.read_text(encoding="utf-8").splitlines()

    @cached_property
    def arrows(self) -> set[tuple[str, str]]:
        """Pairs of packages of which the first imports the second."""
        names = {_dotted(path): path for path in self.modules}
        found = set()
        for path, tree in self.modules.items():
            for name in _imported(tree):
                target = names.get(name) or names.get(name.rpartition(".")[0])
                if target is not None and room(target) != room(path):
                    found.add((room(path), room(target)))
        return found


def room(path: Path) -> str:
    """Return the package of a file: a folder of the domain, else the folder below `service`."""
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
    functions = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, Function)]
    sizes = [(node.end_lineno or node.lineno) - node.lineno + 1 for node in functions]
    files = [len(lines) for lines in house.lines(PARTS, ".py")]
    tests = [len(lines) for lines in house.lines(("tests",), ".py")]
    islands = [len(lines) for lines in house.lines(("service",), ".ts")]
    folders = Counter(path.parent for path in trees)
    widths = [len(line) for lines in house.lines(("service",), ".html") for line in lines]
    return {
        "packages (rooms)": str(len({room(path) for path in trees})),
        "imports between packages (arrows)": str(len(house.arrows)),
        "files; most in one folder": f"{len(files):,}; {max(folders.values())}",
        "lines of Python: product; tests": f"{sum(files):,}; {sum(tests):,}",
        "lines a file, median; most": f"{statistics.median(files):.0f}; {max(files)}",
        "lines a function, median; most": f"{statistics.median(sizes):.0f}; {max(sizes)}",
        "lines an island, median; most": f"{statistics.median(islands):.0f}; {max(islands)}",
        "widest line of a template": str(max(widths)),
        **{measure: f"{number:,}" for measure, number, _ in words.counts(house.root)},
        "functions of three lines that are alike": str(_alike(functions)),
        f"lines in {RUN} or more equal ones: product": _duplicates(house.lines(PARTS, ".py")),
        "… tests": _duplicates(house.lines(("tests",), ".py")),
        "libraries: product; tests and lint; pages": _libraries(house.root),
        "test functions": f"{_tests(house.tests):,}",
        "tests run; minutes in all; slowest": _test_time(house.junit) if house.junit else "–",
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


def _duplicates(files: Iterable[Sequence[str]]) -> str:
    """Return how many lines lie in runs of RUN lines or more that are elsewhere too, and their share."""
    texts = [[line.strip() for line in lines if _counts(line)] for lines in files]
    starts = [
        (number, start, tuple(text[start : start + RUN]))
        for number, text in enumerate(texts)
        for start in range(len(text) - RUN + 1)
    ]
    times = Counter(run for _, _, run in starts)
    repeated = {
        (number, start + index) for number, start, run in starts if times[run] > 1 for index in range(RUN)
    }
    total = sum(map(len, texts))
    return f"{len(repeated):,} ({len(repeated) / max(1, total):.1%})"


def _counts(line: str) -> bool:
    text = line.strip()
    return bool(text) and not text.startswith(("import ", "from ", "#"))


def _libraries(root: Path) -> str:
    stated = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    groups = stated.get("dependency-groups", {})
    islands = json.loads((root / "service/islands/package.json").read_text(encoding="utf-8"))
    tools = sum(len(each) for each in groups.values())
    return f"{len(stated['project']['dependencies'])}; {tools}; {len(islands['dependencies'])}"


def _tests(trees: Sequence[ast.Module]) -> int:
    return sum(
        isinstance(node, Function) and node.name.startswith("test_")
        for tree in trees
        for node in ast.walk(tree)
    )


def _test_time(junit: Path) -> str:
    """Return what a run says of itself: how many tests, their time summed over all processes, the slowest."""
    cases = ET.parse(junit).iter("testcase")  # noqa: S314 - a file of our own
    times = [float(case.get("time", 0)) for case in cases]
    return f"{len(times):,}; {sum(times) / 60:.1f}; {max(times, default=0):.1f} s"


def main() -> None:
    """Print the figures of this checkout, beside those of the ones named."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.measures", description=__doc__)
    parser.add_argument("others", nargs="*", type=Path, help="checkouts to stand before this one")
    parser.add_argument(
        "--junit",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="written by `pytest --junitxml FILE`: of this checkout; again for the others, in order",
    )
    chosen = parser.parse_args()
    times: list[Path | None] = [*chosen.junit, *[None] * (len(chosen.others) + 1)]
    houses = [House(each.resolve(), times[at]) for at, each in enumerate(chosen.others, start=1)]
    houses.append(House(HERE, times[0]))
    columns = [figures(house) for house in houses]
    table = Table("", *(house.root.name for house in houses))
    for name in columns[-1]:
        table.add_row(name, *(column[name] for column in columns))
    Console().print(table)


if __name__ == "__main__":
    main()
