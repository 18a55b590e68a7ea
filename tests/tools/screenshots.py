"""The README's screenshots, from the demo: `python -m tests.tools.screenshots`.

Starts the demo in a folder of its own (or takes a running one, `--url`), looks at the screens below, and
writes small WebP files and the README's lines about them. One more screen is one more line in SHOTS.
`--app CITY` writes the pictures of the app's manifest instead, for the city with that code.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from service.demo.signins import PASSWORD
from service.pages.front.app_screens import SCREENS

ROOT = Path(__file__).resolve().parents[2]
STREETS = ROOT.parent / "shared" / "data" / "streets"
README, FOLDER = ROOT / "README.md", ROOT / ".github" / "images"
BEGIN, END = "<!-- screenshots: made by tests/tools/screenshots.py -->", "<!-- end of screenshots -->"
CREDIT = "<p><sub>Streets on the maps: © OpenStreetMap contributors, ODbL 1.0.</sub></p>"
MOST_BYTES = 60_000
STARTED_S, READY = 300, 200
SETTLE_MS = 4000
"""Maps on staff's pages are drawn after the page is ready."""

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1440, "height": 900}
HUE = {"longitude": 107.5900, "latitude": 16.4637, "accuracy": 30}
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
Prepare = Callable[[Page], None]


@dataclass(frozen=True)
class Shot:
    """One picture: `path` may hold `{code}` of a closed report with a photo of the work; `role` signs in."""

    name: str
    path: str
    alt: str
    phone: bool = False
    role: str = ""
    dark: bool = False
    prepare: Prepare | None = None


def to_the_kinds(page: Page) -> None:
    """The sheet's second step."""
    page.locator("[data-next]").click()


def to_the_map(page: Page) -> None:
    """The sheet's third step, with the pin where the phone is."""
    page.locator("[data-next]").click()
    page.locator("[data-kind=litter]").click()
    page.locator("[data-next]").click()
    map_drawn(page)
    page.wait_for_selector("[data-next]:not([disabled])")


def map_drawn(page: Page) -> None:
    """Everything of the map is there."""
    page.wait_for_selector("[data-map][data-idle]", state="attached", timeout=60_000)
    page.wait_for_timeout(1000)


def at_the_pair(page: Page) -> None:
    """From the status downwards."""
    page.locator(".track-status").evaluate("each => each.scrollIntoView()")
    page.mouse.wheel(0, -90)


SHOTS = (
    Shot("home", "/", "Home on a phone: report with one button, or look up a code", phone=True),
    Shot("kinds", "/report", "Reporting: the kinds as large icons", phone=True, prepare=to_the_kinds),
    Shot("where", "/report", "Reporting: the pin on its street", phone=True, prepare=to_the_map),
    Shot("track", "/r/{code}", "A report's page: status and story", phone=True, prepare=at_the_pair),
    Shot("track-dark", "/r/{code}", "The same, dark", phone=True, dark=True, prepare=at_the_pair),
    Shot("board", "/map", "The board: list and map side by side", prepare=map_drawn),
    Shot("feed", "/feed", "The status feed: what was done today, then every step"),
    Shot("figures", "/figures", "The figures: four numbers, then a chart for each question"),
    Shot("desk", "/desk", "Triage: queue, case and map side by side", role="triage"),
    Shot("inspect", "/inspect", "An inspector's round: map and list", phone=True, role="inspector"),
    Shot("manage", "/manage", "A manager's page: on time, backlog, hot spots", role="administrator"),
    Shot("rules", "/admin/rules", "Routing rules as a table one can read", role="administrator"),
    Shot("wall", "/wall", "The wall of the operations centre, live", role="triage"),
)


APP_SHOTS = {"report": SHOTS[1], "track": SHOTS[3], "board": SHOTS[5]}
"""Pictures of the manifest, by the names in `service/pages/front/app_screens.py`."""


def main() -> int:
    """Make them all; 1 when one would be too heavy for a README."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.screenshots", description=__doc__)
    parser.add_argument("--url", help="a demo that is running already")
    parser.add_argument("--browser", default=os.environ.get("CHROMIUM"), help="the Chromium to use")
    parser.add_argument("--app", metavar="CITY", help="write the pictures of the app's manifest")
    parser.add_argument("names", nargs="*", help="only these")
    wanted = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demo(wanted.url) as url, sync_playwright() as playwright:
        path = wanted.browser or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        chosen = [
            (shot, FOLDER / f"{shot.name}.webp")
            for shot in SHOTS
            if shot.name in (wanted.names or [shot.name])
        ]
        if wanted.app:
            chosen = [(shot, SCREENS / wanted.app / f"{name}.webp") for name, shot in APP_SHOTS.items()]
        sizes = {file.stem: take(browser, url, shot, file) for shot, file in chosen}
        browser.close()
    README.write_text(with_pictures(README.read_text(encoding="utf-8")), encoding="utf-8")
    for name, size in sizes.items():
        print(f"{name}.webp  {size:,} bytes")
    return int(any(size > MOST_BYTES for size in sizes.values()))


def take(browser: Browser, url: str, shot: Shot, file: Path) -> int:
    """Look at the screen and write its picture; its size in bytes."""
    context = browser.new_context(
        viewport=PHONE if shot.phone else DESK,  # type: ignore[arg-type]
        device_scale_factor=2 if shot.phone else 1,
        locale="vi-VN",
        color_scheme="dark" if shot.dark else "light",
        geolocation=HUE,  # type: ignore[arg-type]
        permissions=["geolocation"],
        reduced_motion="reduce",
    )
    page = context.new_page()
    if shot.role:
        sign_in(page, url, shot.role)
    page.goto(url + shot.path.format(code=finished_code(url)))
    page.wait_for_selector("html[data-ready]", state="attached")
    if shot.prepare:
        shot.prepare(page)
    page.wait_for_load_state("load")
    page.wait_for_timeout(SETTLE_MS if shot.role else 500)
    size = write(page.screenshot(), file)
    context.close()
    return size


def sign_in(page: Page, url: str, role: str) -> None:
    """By the form, as everybody may in the demo."""
    page.goto(f"{url}/login")
    page.fill("[name=username]", f"demo.{role}")
    page.fill("[name=password]", PASSWORD)
    page.locator("form[action='/login'] button").click()
    page.wait_for_url(lambda found: "/login" not in found)


def write(screenshot: bytes, file: Path) -> int:
    """The picture as WebP, as good as MOST_BYTES allow."""
    with Image.open(io.BytesIO(screenshot)) as image:
        for quality in (88, 80, 70, 60, 50, 40):
            out = io.BytesIO()
            image.convert("RGB").save(out, "WEBP", quality=quality, method=6)
            if out.tell() <= MOST_BYTES:
                break
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(out.getvalue())
    return out.tell()


def finished_code(url: str) -> str:
    """The code of a closed report that shows what was there before and what is now."""
    items = httpx.get(f"{url}/api/v1/reports?status=closed&limit=100").json()["items"]
    for item in items:
        if {"report", "evidence"} <= {photo["kind"] for photo in item["photos"]} and not item["late"]:
            return str(item["code"])
    raise LookupError("the demo has no closed report with both photos")


def with_pictures(text: str) -> str:
    """The README's text with the table of the pictures that are there. Raises ValueError without markers."""
    there = [shot for shot in SHOTS if (FOLDER / f"{shot.name}.webp").exists()]
    phones = [_image(shot, 190) for shot in there if shot.phone]
    desks = [_image(shot, 480) for shot in there if not shot.phone]
    made = "\n".join([BEGIN, "<p>", *phones, "</p>", "<p>", *desks, "</p>", CREDIT, END])
    replaced, found = re.subn(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: made, text, flags=re.DOTALL)
    if found != 1:
        raise ValueError(f"the README needs {BEGIN} and {END} once")
    return replaced


def _image(shot: Shot, width: int) -> str:
    return f'<img src=".github/images/{shot.name}.webp" width="{width}" alt="{shot.alt}">'


@contextmanager
def demo(url: str | None) -> Iterator[str]:
    """A running demo's address: the one given, or one started here and ended afterwards."""
    if url:
        yield url.rstrip("/")
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "service.cli", "up", "--data", folder, "--port", "8199"]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            _wait("http://127.0.0.1:8199", process)
            load_streets(folder)
            yield "http://127.0.0.1:8199"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def load_streets(folder: str) -> None:
    """The city's streets, where their files are there: a pin stands on a street."""
    if not STREETS.is_dir():
        return
    names = {"streets": "hue_streets", "landmarks": "hue_pois", "water": "hue_water"}
    files = [word for part, name in names.items() for word in (f"--{part}", str(STREETS / f"{name}.geojson"))]
    command = [sys.executable, "-m", "service.cli", "city", "load", "hue", *files, "--data", folder]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + STARTED_S
    while time.monotonic() < limit and process.poll() is None:
        try:
            if httpx.get(f"{url}/readyz").status_code == READY:
                return
        except httpx.HTTPError:
            pass
        time.sleep(1)
    raise TimeoutError("the demo did not start")


if __name__ == "__main__":
    sys.exit(main())
