"""The maps' background: guessed from its address, told to the maps, and allowed by the pages' policy."""

from __future__ import annotations

import json

import pytest
from pydantic import SecretStr, ValidationError

from service.rendering import basemap
from service.rendering.engine import CSP, policy
from service.settings import Settings


def settings(**given: str) -> Settings:
    return Settings(
        database_url="postgresql://x/y",
        redis_url="redis://x",
        media_url="memory:",
        secret_key=SecretStr("k" * 40),
        **given,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://tiles.example/{z}/{x}/{y}.png", "raster"),
        ("https://tiles.example/{z}/{x}/{y}?style=calm", "raster"),
        ("https://tiles.example/{z}/{x}/{y}.mvt", "vector"),
        ("https://tiles.example/city.json?key=abc", "vector"),
        ("https://files.example/hue.PMTiles", "vector"),
        ("/maps/hue.pmtiles", "vector"),
    ],
)
def test_the_kind_is_guessed_from_the_address(url: str, kind: str) -> None:
    assert basemap.kind_of(settings(basemap_url=url)) == kind
    assert basemap.kind_of(settings(basemap_url=url, basemap_kind="raster")) == "raster"
    assert json.loads(basemap.ground(settings(basemap_url=url), None))["background"]["kind"] == kind


def test_the_policy_lets_maps_fetch_from_there_and_nobody_else() -> None:
    wide = policy(settings(basemap_url="https://tiles.example:8443/{z}/{x}/{y}.png"))
    parts = dict(part.split(" ", 1) for part in wide.split("; "))
    assert parts["connect-src"] == "'self' https://tiles.example:8443"
    assert parts["img-src"] == "'self' https://tiles.example:8443 data: blob:"
    assert parts["script-src"] == "'self'"


@pytest.mark.parametrize("url", ["", "/maps/hue.pmtiles"])
def test_what_is_our_own_needs_no_leave(url: str) -> None:
    assert policy(settings(basemap_url=url)) == CSP


def test_without_a_basemap_nothing_is_told() -> None:
    assert basemap.ground(settings(), None) == ""


@pytest.mark.parametrize(
    "url", ["tiles.example/{z}", "javascript:alert(1)", "https://a.example; script-src *", "ftp://x/y"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        settings(basemap_url=url)
