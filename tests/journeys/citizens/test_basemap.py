"""A basemap by setting, in a real browser: tiles of pictures, and a PMTiles file read piece by piece."""

from __future__ import annotations

import gzip
import io
import json
import re
import struct

import pytest
from PIL import Image, ImageStat
from playwright.sync_api import Browser, Page, Route, expect

from tests.imaging.pictures import encoded
from tests.journeys.accessibility.test_citizens import check
from tests.journeys.citizens.test_reporting import Taps, until, wait_until_kept
from tests.journeys.conftest import Phone, open_phone
from tests.support.site import Site

pytestmark = pytest.mark.browser

RED = encoded(Image.new("RGB", (256, 256), (230, 20, 20)), "PNG")


def pmtiles(tile: bytes) -> bytes:
    """A PMTiles (version 3) file of one picture that is the whole world."""
    directory = gzip.compress(bytes((1, 0, 1)) + varint(len(tile)) + bytes((1,)))
    metadata = gzip.compress(b"{}")
    at = 127 + len(directory)
    lengths = (127, len(directory), at, len(metadata), at + len(metadata), 0, at + len(metadata), len(tile))
    header = b"PMTiles\x03" + struct.pack("<8Q3Q", *lengths, 1, 1, 1)
    header += struct.pack("<6B", 1, 2, 1, 2, 0, 0)
    header += struct.pack("<4i", *(degrees * 10**7 for degrees in (-180, -85, 180, 85)))
    header += struct.pack("<B2i", 0, 0, 0)
    assert len(header) == 127
    return header + directory + metadata + tile


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes((*out, value))


def usual(png: bytes) -> list[int]:
    """The median of the picture's red, green and blue: what others reported stands on it as dots."""
    with Image.open(io.BytesIO(png)) as image:
        return ImageStat.Stat(image.convert("RGB")).median


@pytest.mark.parametrize("name", ["/base/{z}/{x}/{y}.png", "/base/world.pmtiles"])
def test_it_lies_beneath_the_wards(phone: Phone, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    asked: list[str] = []

    def serve(route: Route) -> None:
        span = re.fullmatch(r"bytes=(\d+)-(\d+)", route.request.headers.get("range", ""))
        asked.append(route.request.url)
        if not span:
            route.fulfill(body=RED, content_type="image/png")
            return
        whole, first, last = pmtiles(RED), int(span[1]), int(span[2])
        told = {"content-range": f"bytes {first}-{min(last, len(whole) - 1)}/{len(whole)}"}
        route.fulfill(status=206, body=whole[first : last + 1], headers=told)

    background = {"url": name, "kind": "raster", "attribution": "© Nguồn nền"}
    told = json.dumps({"background": background})
    monkeypatch.setattr("service.rendering.basemap.ground", lambda settings, reference: told)
    phone.context.route("**/base/**", serve)
    page = phone.open("/map")
    page.wait_for_selector("#b-map[data-idle]", state="attached", timeout=60_000)
    page.wait_for_timeout(500)
    assert asked
    assert page.locator(".map-credit").inner_text() == "© Nguồn nền"
    red, green, _ = usual(page.locator("#b-map").screenshot())
    assert red > 1.5 * green


def test_a_map_whose_workers_did_not_come_is_drawn_with_the_network(browser: Browser, site: Site) -> None:
    """The workers draw every tile and are fetched once, also where the network is gone at that moment."""
    # A service worker that comes in time would fetch them itself.
    with open_phone(browser, site, service_workers="block") as phone:
        page = phone.context.new_page()
        page.route("**/maplibre-gl-worker*", lambda route: route.abort("internetdisconnected"))
        with page.expect_event("requestfailed", lambda request: "maplibre-gl-worker" in request.url):
            phone.go(page, "/map")
        page.wait_for_timeout(500)
        assert page.locator("#b-map[data-idle]").count() == 0
        page.unroute_all()
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_selector("#b-map[data-idle]", state="attached", timeout=60_000)


def drawn(png: bytes) -> float:
    """The share of the picture that is not its commonest colour."""
    with Image.open(io.BytesIO(png)) as image:
        counts = image.convert("RGB").getcolors(image.width * image.height) or []
    return 1 - max(count for count, _ in counts) / sum(count for count, _ in counts)


def test_the_sheets_map_is_drawn_without_a_network(phone: Phone) -> None:
    """After one visit: the wards around, the buttons that go nearer and farther, nothing that axe minds."""
    page = phone.open("/report")
    to_the_map(page)
    wait_until_kept(page)
    phone.context.set_offline(True)
    to_the_map(phone.go(page, "/report"))
    check(page)
    for _ in range(4):
        page.locator("#s-map").get_by_role("button", name="Thu nhỏ bản đồ").tap()
    until(page, lambda: drawn(page.locator("#s-map canvas").screenshot()) > 0.01)


def to_the_map(page: Page) -> None:
    """From the beginning of the sheet to its map, once that is drawn; what was begun is still there."""
    taps = Taps(page)
    taps.tap("[data-next]")
    expect(page.locator("[data-step=what], [data-step=detail]").filter(visible=True)).to_have_count(1)
    if page.locator("[data-step=what]").is_visible():
        taps.tap("[data-kind=litter]")
    page.fill("[data-description]", "Bản đồ lúc mất mạng")
    taps.tap("[data-next]")
    page.wait_for_selector("#s-map[data-idle]", state="attached", timeout=60_000)
