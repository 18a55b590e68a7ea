"""The order of an inspector's way, as the phone finds it: every place once, and about as short as can be."""

from __future__ import annotations

import itertools
import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from geo.distance import haversine_m
from service.local.islands.assets import ISLANDS, ensure_built

# Reads cases from the standard input, writes the order and the length of each.
DRIVER = """
const fs = require("fs");
const { bestOrder, wayLength } = require(process.argv[1]);
const cases = JSON.parse(fs.readFileSync(0, "utf8"));
const answers = cases.map(({ spots, start }) => {
  const order = bestOrder(spots, start);
  return { order, length: wayLength(spots, order, start) };
});
process.stdout.write(JSON.stringify(answers));
"""
Spot = dict[str, float]
RANDOM = random.Random(7)


def spots(number: int) -> list[Spot]:
    return [{"lon": RANDOM.uniform(107.4, 107.8), "lat": RANDOM.uniform(16.3, 16.6)} for _ in range(number)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The island's module as Node.js can read it."""
    ensure_built(lambda _: None)
    file = tmp_path_factory.mktemp("route") / "route.cjs"
    bundle = ISLANDS / "node_modules/rolldown/bin/cli.mjs"
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node.js on the path; the build has one of its own")
    order = [node, str(bundle), "staff/inspect/route.ts", "--format", "cjs", "--file", str(file)]
    subprocess.run(order, cwd=ISLANDS, check=True, capture_output=True)
    return file


def length(case: dict[str, Any], order: tuple[int, ...] | list[int]) -> float:
    way = [*([case["start"]] if case["start"] else []), *(case["spots"][each] for each in order)]
    return sum(haversine_m(a["lon"], a["lat"], b["lon"], b["lat"]) for a, b in itertools.pairwise(way))


@pytest.fixture(scope="module")
def cases() -> list[dict[str, Any]]:
    """Few places and many, with and without a beginning, some of them the same place."""
    made = [
        {"spots": spots(number), "start": start}
        for number in (0, 1, 2, 3, 5, 6, 6, 7, 7, 7, 20)
        for start in (None, spots(1)[0])
    ]
    same = spots(1) * 4
    return [*made, {"spots": same, "start": same[0]}, {"spots": same + spots(3), "start": None}]


@pytest.fixture(scope="module")
def answers(built: Path, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    order = [shutil.which("node") or "node", "-e", DRIVER, str(built)]
    done = subprocess.run(order, input=json.dumps(cases), capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_every_place_is_visited_once(cases: list[dict[str, Any]], answers: list[dict[str, Any]]) -> None:
    for case, answer in zip(cases, answers, strict=True):
        assert sorted(answer["order"]) == list(range(len(case["spots"])))


def test_the_length_is_that_of_the_way(cases: list[dict[str, Any]], answers: list[dict[str, Any]]) -> None:
    for case, answer in zip(cases, answers, strict=True):
        assert answer["length"] == pytest.approx(length(case, answer["order"]), abs=0.1)


def test_no_way_is_much_shorter(cases: list[dict[str, Any]], answers: list[dict[str, Any]]) -> None:
    """Against every possible order, where there are few enough of them."""
    for case, answer in zip(cases, answers, strict=True):
        if len(case["spots"]) <= 7:
            orders = itertools.permutations(range(len(case["spots"])))
            assert answer["length"] <= 1.1 * min(length(case, order) for order in orders) + 0.1


def test_no_part_turned_round_is_better(cases: list[dict[str, Any]], answers: list[dict[str, Any]]) -> None:
    for case, answer in zip(cases, answers, strict=True):
        order = answer["order"]
        for a, b in itertools.combinations(range(len(order) + 1), 2):
            turned = [*order[:a], *reversed(order[a:b]), *order[b:]]
            assert length(case, turned) > answer["length"] - 0.5
