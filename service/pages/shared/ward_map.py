"""The wards of the city shaded by a figure, as a drawing in the page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from markupsafe import Markup

from service.db import async_unit_of_work
from service.domain.city.outlines import Outline, all_wards
from service.domain.city.reference import Reference
from service.domain.queries.stats import NamedFigures
from service.i18n import N_, translate
from service.i18n.wording import number_words
from service.web.dependencies import Resources

WIDTH, SHADES = 320, 5
_STYLE = """
path{{fill:{light};stroke:#cbbfd8;stroke-width:.75}}.shade-0{{fill-opacity:.02}}.shade-1{{fill-opacity:.14}}
.shade-2{{fill-opacity:.32}}.shade-3{{fill-opacity:.52}}.shade-4{{fill-opacity:.74}}
@media(prefers-color-scheme:dark){{path{{fill:{dark};stroke:#4c3f5a}}}}
"""


@dataclass(frozen=True, slots=True)
class Shaded:
    """Ward: `shade` from 0 (nothing) to the darkest; `words` say what it stands for."""

    path: str
    shade: int
    words: str


@dataclass(frozen=True, slots=True)
class LegendLine:
    """Line of the legend."""

    shade: int
    words: str


@dataclass(frozen=True, slots=True)
class WardMap:
    """The drawing, and what its shades mean."""

    width: int
    height: int
    wards: Sequence[Shaded]
    legend: Sequence[LegendLine]


async def shaded_wards(resources: Resources, reference: Reference, rows: Sequence[NamedFigures]) -> WardMap:
    """Return the wards in force by how much was reported there."""
    drawn, height = await _outlines(resources, reference)
    counts = {row.code: row.received for row in rows if row.code}
    tops = _tops([counts.get(each.code, 0) for each in drawn])
    wards = [
        Shaded(
            each.path,
            _shade(counts.get(each.code, 0), tops),
            translate(
                N_("{name}: {n}"), name=_ward_name(reference, each), n=number_words(counts.get(each.code, 0))
            ),
        )
        for each in drawn
    ]
    return WardMap(WIDTH, height, wards, _legend(tops))


def as_picture(drawn: WardMap, reference: Reference) -> str:
    """Return the drawing by itself, in the city's colours, light and dark."""
    light, dark = reference.config.colour, reference.config.colour_dark or reference.config.colour
    style = Markup(_STYLE.format(light=light, dark=dark))  # noqa: S704 - our own, and colours
    paths = Markup("").join(
        Markup('<path class="shade-{}" d="{}"/>').format(ward.shade, ward.path) for ward in drawn.wards
    )
    box = Markup('viewBox="-2 -2 {} {}"').format(drawn.width + 4, drawn.height + 4)
    start = Markup('<svg xmlns="http://www.w3.org/2000/svg" {}><style>{}</style>').format(box, style)
    return str(start + paths + Markup("</svg>"))


def _ward_name(reference: Reference, drawn: Outline) -> str:
    ward = reference.ward_by_code.get(drawn.code)
    return ward.said_name if ward else drawn.name


def _tops(counts: Sequence[int]) -> list[int]:
    """Return the largest count of each shade: as many wards in each, so that one busy ward pales no other."""
    known = sorted(count for count in counts if count)
    return sorted(
        {known[-(-len(known) * (shade + 1) // SHADES) - 1] for shade in range(SHADES)} if known else ()
    )


def _shade(count: int, tops: Sequence[int]) -> int:
    """Few different counts use the darker shades: the one with most is always the darkest."""
    if not count:
        return 0
    return SHADES - len(tops) + 1 + next(n for n, top in enumerate(tops) if count <= top)


def _legend(tops: Sequence[int]) -> list[LegendLine]:
    steps = [LegendLine(0, "0")]
    for n, top in enumerate(tops):
        low = tops[n - 1] + 1 if n else 1
        words = number_words(top) if low == top else f"{number_words(low)}–{number_words(top)}"
        steps.append(LegendLine(SHADES - len(tops) + 1 + n, words))
    return steps


async def _outlines(resources: Resources, reference: Reference) -> tuple[list[Outline], int]:
    """Drawn once for each revision of the city."""

    async def make() -> bytes:
        async with async_unit_of_work(resources.engine) as session:
            drawn, height = await session.run_sync(all_wards, WIDTH)
        return json.dumps([height, [asdict(each) for each in drawn]]).encode()

    cached = await resources.response_cache.get("outlines", reference.revision, make)
    height, drawn = json.loads(cached.body)
    return [Outline(**each) for each in drawn], height
