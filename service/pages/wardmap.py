"""The wards of the city shaded by a figure, as a drawing in the page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from service.db import async_unit_of_work
from service.deps import Parts
from service.domain.outlines import Outline, all_wards
from service.domain.queries.stats import NamedFigures
from service.domain.reference import Reference
from service.i18n import N_, translate
from service.wording import number_words

WIDTH, SHADES = 320, 5


@dataclass(frozen=True, slots=True)
class Shaded:
    """One ward: `shade` from 0 (nothing) to the darkest; `words` say what it stands for."""

    path: str
    shade: int
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the legend."""

    shade: int
    words: str


@dataclass(frozen=True, slots=True)
class WardMap:
    """The drawing, and what its shades mean."""

    width: int
    height: int
    wards: Sequence[Shaded]
    legend: Sequence[Step]


async def shaded_wards(parts: Parts, reference: Reference, rows: Sequence[NamedFigures]) -> WardMap:
    """The wards in force by how much was reported there."""
    drawn, height = await _outlines(parts, reference)
    counts = {row.code: row.received for row in rows if row.code}
    tops = _tops([counts.get(each.code, 0) for each in drawn])
    wards = [
        Shaded(
            each.path,
            _shade(counts.get(each.code, 0), tops),
            translate(N_("{name}: {n}"), name=each.name, n=number_words(counts.get(each.code, 0))),
        )
        for each in drawn
    ]
    return WardMap(WIDTH, height, wards, _legend(tops))


def _tops(counts: Sequence[int]) -> list[int]:
    """The largest count of each shade: as many wards in each, so that one busy ward pales no other."""
    known = sorted(count for count in counts if count)
    return sorted(
        {known[-(-len(known) * (shade + 1) // SHADES) - 1] for shade in range(SHADES)} if known else ()
    )


def _shade(count: int, tops: Sequence[int]) -> int:
    """Few different counts use the darker shades: the one with most is always the darkest."""
    if not count:
        return 0
    return SHADES - len(tops) + 1 + next(n for n, top in enumerate(tops) if count <= top)


def _legend(tops: Sequence[int]) -> list[Step]:
    steps = [Step(0, "0")]
    for n, top in enumerate(tops):
        low = tops[n - 1] + 1 if n else 1
        words = number_words(top) if low == top else f"{number_words(low)}–{number_words(top)}"
        steps.append(Step(SHADES - len(tops) + 1 + n, words))
    return steps


async def _outlines(parts: Parts, reference: Reference) -> tuple[list[Outline], int]:
    """Drawn once for each revision of the city."""

    async def make() -> bytes:
        async with async_unit_of_work(parts.engine) as session:
            drawn, height = await session.run_sync(all_wards, WIDTH)
        return json.dumps([height, [asdict(each) for each in drawn]]).encode()

    kept = await parts.shelf.get("outlines", reference.revision, make)
    height, drawn = json.loads(kept.body)
    return [Outline(**each) for each in drawn], height
