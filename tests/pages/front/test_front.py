"""What a browser fetches beside pages: built files, colours, the app's manifest, icons, the worker."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
from pathlib import Path

import pytest
from PIL import Image

from service.pages.front.app_icon import draw_png
from service.pages.front.app_screens import app_screens
from service.rendering.assets import load_assets
from tests.support.site import Site

FIRST_PAGE_BYTES = 100_000


def test_assets_are_kept_for_ever_and_come_compressed(site: Site) -> None:
    url = load_assets().url("styles/app.css")
    assert url is not None
    answer = site.client.get(url, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    plain = site.client.get(url, headers={"Accept-Encoding": "identity"})
    assert plain.text == answer.text


def test_assets_are_only_what_was_built(site: Site) -> None:
    for name in ("../islands/package.json", ".stamp", "nope.js", "%2e%2e/icons/pin.svg", ""):
        assert site.client.get(f"/assets/{name}").status_code == 404


def test_first_page_is_small(site: Site) -> None:
    """Page, style, script, what it imports, and all fonts, as they are transferred."""
    assets = load_assets()
    page = len(gzip.compress(site.get("/").content, 6))
    names = [*assets.fonts(), *assets.beginning("styles/app.css", "app.ts")]
    sizes = {}
    for name in names:
        with site.client.stream("GET", name, headers={"Accept-Encoding": "gzip"}) as answer:
            sizes[name] = sum(len(chunk) for chunk in answer.iter_raw())
    assert page + sum(sizes.values()) <= FIRST_PAGE_BYTES, (page, sizes)


def test_manifest_makes_an_app(site: Site) -> None:
    answer = site.client.get("/manifest.webmanifest?lang=en")
    manifest = answer.json()
    assert answer.headers["content-type"] == "application/manifest+json"
    assert manifest["display"] == "standalone"
    assert manifest["name"] == "Huế field reports"
    for icon in manifest["icons"]:
        assert site.client.get(icon["src"]).headers["content-type"] == icon["type"]
    assert {screen["form_factor"] for screen in manifest["screenshots"]} == {"narrow", "wide"}
    for screen in manifest["screenshots"]:
        picture = Image.open(io.BytesIO(site.client.get(screen["src"]).content))
        assert (f"{picture.width}x{picture.height}", picture.format) == (screen["sizes"], "WEBP")
    assert site.client.get("/screens/other.webp").status_code == 404
    assert app_screens("elsewhere") == []


def test_icon_has_the_colour_and_size(site: Site) -> None:
    picture = Image.open(io.BytesIO(site.client.get("/icon-192.png").content))
    assert picture.size == (192, 192)
    assert picture.convert("RGB").getpixel((96, 20)) == (0x5B, 0x2A, 0x86)
    assert picture.getpixel((0, 0)) == (0, 0, 0, 0), "its corners are round and clear"
    other = Image.open(io.BytesIO(draw_png("#006644", 180)))
    assert other.getpixel((4, 4)) == (0x00, 0x66, 0x44)
    assert other.getpixel((90, 40)) == (255, 255, 255)
    assert site.client.get("/icon-99999.png").status_code == 422


def test_theme_is_the_city_s(site: Site) -> None:
    link = re.search(r'href="(/theme.css\?v=[0-9a-f]+)"', site.get("/").text)
    assert link
    answer = site.client.get(link[1])
    assert "--city:#5b2a86" in answer.text
    assert "immutable" in answer.headers["cache-control"]
    assert site.client.get("/theme.css?v=old").headers["cache-control"] == "no-cache"


def test_worker_is_told_what_to_keep(site: Site) -> None:
    text = site.client.get("/sw.js").text
    told = json.loads(text.removeprefix("self.BUILD=").split(";\n", 1)[0])
    assert told["version"] == load_assets().version
    assert any("shrinker" in each for each in told["assets"]), "photos are made smaller offline too"
    assert any("city_map" in each for each in told["later"])
    named = [*told["assets"], *told["pages"], *told["later"]]
    assert len(named) == len(set(named)), "a browser keeps nothing of a list that names a file twice"
    for path in named:
        assert site.client.get(path).status_code == 200, path


def test_no_page_of_citizens_brings_the_map_at_once() -> None:
    """A megabyte: it is fetched where a map is looked at."""
    for source in (
        "app.ts",
        "citizens/report.ts",
        "citizens/track.ts",
        "citizens/mine.ts",
        "citizens/feed.ts",
        "citizens/board.ts",
        "staff/inspect.ts",
    ):
        assert not [each for each in load_assets().shared(source) if "city_map" in each], source


def test_pages_name_what_was_built_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.rendering.assets.BUILT", tmp_path)
    assert load_assets().url("app.ts") is None
    manifest = tmp_path / "manifest.json"
    for name, at in (("app-1.js", 1), ("app-2.js", 2)):
        manifest.write_text(f'{{"app.ts": {{"file": "{name}"}}}}')
        os.utime(manifest, ns=(at, at))
        assert load_assets().url("app.ts") == f"/assets/{name}"


def test_a_list_taken_away_says_its_licence_and_whose_it_is(site: Site) -> None:
    text = site.get("/downloads/new?state=all").text
    assert re.search(r'<a href="https://creativecommons[^"]+" rel="license">CC BY 4.0</a>', text)
    assert 'href="/open-data"' in text
