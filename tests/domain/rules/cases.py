"""A small town for the tests of routing rules, and rules and reports drawn at random in it."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from service.domain.kernel.conditions import Condition
from service.domain.rules.review import Ground
from service.domain.rules.rules import ReportFacts, Rule, Selector

PATHS = {
    "litter": ("litter",),
    "litter_bin": ("litter", "litter_bin"),
    "hanging_cable": ("hanging_cable",),
    "cable_low": ("hanging_cable", "cable_low"),
    "cable_low_live": ("hanging_cable", "cable_low", "cable_low_live"),
}
WARDS = {"19753": "phường", "19777": "phường", "19900": "xã"}
DEPARTMENTS = frozenset({"bcvt", "hepco", "vnpt", "viettel", "dienluc", "ubnd-19753", "ubnd-19777"})
COMMITTEES = {"19753": "ubnd-19753", "19777": "ubnd-19777", "19900": "ubnd-19900"}  # the last is not known
GROUND = Ground(PATHS, WARDS, DEPARTMENTS, COMMITTEES)


def rule(
    number: int,
    categories: str = "hanging_cable",
    *,
    areas: str = "",
    when: tuple[Condition, ...] = (),
    lead: str = "bcvt",
    supports: str = "",
    executor: str | Selector | None = None,
    version: int = 1,
    **more: Any,
) -> Rule:
    """A rule in few words; lists are written with spaces in between."""
    return Rule(
        id=number * 100 + version,
        number=number,
        version=version,
        categories=frozenset(categories.split()),
        areas=frozenset(areas.split()),
        when=when,
        lead=Selector(lead),
        supports=tuple(Selector(code) for code in supports.split()),
        executor=Selector(executor) if isinstance(executor, str) else executor,
        policy=more.pop("policy", "standard"),
        **more,
    )


def facts(category: str = "hanging_cable", ward: str | None = "19753", **attributes: Any) -> ReportFacts:
    """A report of the town."""
    kind = WARDS[ward] if ward else None
    return ReportFacts(PATHS[category], ward, kind, attributes, DEPARTMENTS, COMMITTEES)


_OWNERS = st.sampled_from(["vnpt", "viettel", "nobody"])
_HEIGHTS = st.integers(2, 6)
CONDITIONS = st.one_of(
    st.builds(Condition, st.just("owner"), st.just("equals"), _OWNERS),
    st.builds(
        Condition, st.just("owner"), st.just("in"), st.lists(_OWNERS, min_size=1, max_size=2).map(tuple)
    ),
    st.builds(Condition, st.just("height_m"), st.sampled_from(["lt", "gt", "gte"]), _HEIGHTS),
    st.builds(
        Condition, st.sampled_from(["owner", "height_m"]), st.sampled_from(["present", "absent"]), st.none()
    ),
)
SELECTORS = st.one_of(
    st.sampled_from(["bcvt", "hepco", "ward", "unknown", "attribute:owner"]).map(Selector),
    st.just(Selector("attribute:owner", {"vnpt": "vnpt", "nobody": "unknown"})),
)


@st.composite
def rule_sets(draw: st.DrawFn) -> list[Rule]:
    """Up to twelve rules of different numbers."""
    numbers = draw(st.lists(st.integers(1, 30), max_size=12, unique=True))
    return [
        Rule(
            id=number,
            number=number,
            version=draw(st.integers(1, 3)),
            categories=draw(st.frozensets(st.sampled_from(sorted(PATHS)), min_size=1, max_size=2)),
            areas=draw(st.frozensets(st.sampled_from([*sorted(WARDS), "phường", "xã"]), max_size=2)),
            when=tuple(draw(st.lists(CONDITIONS, max_size=2))),
            lead=draw(SELECTORS),
            policy=draw(st.sampled_from(["standard", "urgent"])),
            priority=draw(st.sampled_from([0, 0, 0, 1, -1])),
        )
        for number in numbers
    ]


ANSWERS = st.fixed_dictionaries(
    {}, optional={"owner": _OWNERS, "height_m": st.one_of(_HEIGHTS, st.floats(1, 7))}
)
REPORTS = st.builds(
    lambda category, ward, answers: facts(category, ward, **answers),
    st.sampled_from(sorted(PATHS)),
    st.sampled_from(sorted(WARDS)),
    ANSWERS,
)
