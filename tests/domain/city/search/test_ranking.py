"""Which of several names is meant: a longer one is not lost to a shorter one that it begins with."""

from __future__ import annotations

import pytest

from service.domain.city.search.canon import search_key
from service.domain.city.search.ranking import PlaceCandidate, best_matches
from service.domain.city.search.readings import read_words

BRIDGES = ("Cầu Kho", "Cầu Kho Đạn")
MARKETS = ("Chợ Bến Ngự", "Chợ Bến Ngự trên")
OFFICES = ("Quận ủy - HĐND - UBND quận Sông Bồ", "Ủy ban nhân dân phường Sông Bồ")


def candidates() -> list[PlaceCandidate]:
    named = {"bridge": BRIDGES, "market": MARKETS, "government": OFFICES}
    places = [
        PlaceCandidate("landmark", kind, search_key(name), 3 + n, name)
        for kind, names in named.items()
        for n, name in enumerate(names)
    ]
    return [*places, PlaceCandidate("street", "street", "kho dan", 0, "Kho Đạn")]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cầu kho đạn", "Cầu Kho Đạn"),
        ("gan cau kho dan", "Cầu Kho Đạn"),
        ("cau kho dn", "Cầu Kho Đạn"),
        ("cau kho", "Cầu Kho"),
        ("kho dan", "Kho Đạn"),
        ("chợ bến ngự trên", "Chợ Bến Ngự trên"),
        ("truoc cho ben ngu tren", "Chợ Bến Ngự trên"),
        ("cho ben ngu", "Chợ Bến Ngự"),
        ("ubnd quận sông bồ", OFFICES[0]),
        ("ubnd phuong song bo", OFFICES[1]),
    ],
)
def test_the_longer_name_is_not_lost_to_the_shorter(typed: str, meant: str) -> None:
    [first, *_] = best_matches(candidates(), read_words(typed, {}, "hue"))
    assert first.candidate.thing == meant
