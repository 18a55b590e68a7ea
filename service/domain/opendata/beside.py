"""Rows of the small data sets: what the map service tells of them, all of it, with words masked."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from service.domain.ogc.items import Feature
from service.domain.ogc.places import Features, all_cable_routes, cleanup_items
from service.domain.opendata.columns import OpenColumn
from service.domain.opendata.datasets import DatasetId
from service.domain.opendata.rows import DECIMALS, OpenRules

MOST = 100_000
"""Of each data set; a city holds some hundred clean-ups a year."""

_AS_THEY_ARE = frozenset({"code", "page_url"})


def features_beside(session: Session, rules: OpenRules) -> Mapping[DatasetId, Features]:
    """Return the features of each small data set that has any, in the language in use."""
    reference, url = rules.reference, rules.public_url
    found = {
        DatasetId.CLEANUPS: cleanup_items(session, reference, url, MOST),
        DatasetId.CABLE_ROUTES: all_cable_routes(session, reference, rules.now, url, MOST),
    }
    return {name: [_masked(rules, each) for each in some] for name, some in found.items() if some}


def values_of_feature(feature: Feature, columns: Mapping[str, OpenColumn]) -> tuple[object, ...]:
    """Return a feature's values in the order of the columns; a point's place is two of them."""
    data: dict[str, object] = dict(feature["properties"])
    if "lon" in columns:
        lon, lat = feature["geometry"]["coordinates"]
        data |= {"lon": round(lon, DECIMALS), "lat": round(lat, DECIMALS)}
    return tuple(data[name] for name in columns)


def _masked(rules: OpenRules, feature: Feature) -> Feature:
    mask = rules.reference.masking.general
    data = {
        name: mask.text(value) if isinstance(value, str) and name not in _AS_THEY_ARE else value
        for name, value in feature["properties"].items()
    }
    return {**feature, "properties": data}
