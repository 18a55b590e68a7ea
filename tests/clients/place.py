"""The installation that clients talk to: one that runs already, or a demo that is started for them."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.faults.stack import free_port

PASSWORD = "hien-truong-demo"
READY_S = 300
_CSRF = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')


@dataclass(frozen=True, slots=True)
class Place:
    """A running demo, and the way in of its demo accounts; `pid` is that of `up`, started here."""

    url: str
    pid: int = 0

    def token(self, role: str) -> str:
        """Sign in as the demo account of a role."""
        answer = httpx.post(
            f"{self.url}/api/v1/sessions",
            json={"username": f"demo.{role}", "password": PASSWORD},
            timeout=30,
        )
        answer.raise_for_status()
        return str(answer.json()["token"])

    def admin(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Call the administration's API."""
        headers = {"Authorization": f"Bearer {self.token('administrator')}"}
        url = f"{self.url}/api/v1/admin{path}"
        answer = httpx.request(method, url, json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer

    def key(self, scope: str = "write") -> str:
        """Make a key of a programme."""
        wish = {"name": "tests.clients", "role": "triage", "scope": scope, "days": 1, "per_minute": 6000}
        return str(self.admin("POST", "/keys", wish).json()["token"])

    def calendar(self) -> str:
        """Make a calendar's address on its owner's page, as a browser does."""
        with httpx.Client(base_url=self.url, timeout=30, follow_redirects=True) as browser:
            form = {"username": "demo.department", "password": PASSWORD}
            browser.post("/login", data={**form, "csrf_token": self._csrf(browser, "/login")})
            made = browser.post(
                "/account/calendar", data={"csrf_token": self._csrf(browser, "/account/calendar")}
            )
        found = re.search(r"https?://[^\s\"<]+/calendar/[^\s\"<]+\.ics", made.text)
        assert found, made.text[:500]
        return found[0]

    @staticmethod
    def _csrf(browser: httpx.Client, page: str) -> str:
        found = _CSRF.search(browser.get(page, headers={"Accept": "text/html"}).text)
        assert found, page
        return found[1]


@contextmanager
def running_place(folder: Path) -> Iterator[Place]:
    """Start a demo in a folder; it ends with the block."""
    port = free_port()
    command = [sys.executable, "-m", "service.cli", "up", "--data", str(folder / "data"), "--port", str(port)]
    with (folder / "up.log").open("wb") as log:
        up = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    place = Place(f"http://127.0.0.1:{port}", up.pid)
    try:
        until = time.monotonic() + READY_S
        while not _is_ready(place):
            assert up.poll() is None and time.monotonic() < until, (folder / "up.log").read_text()[-2000:]
            time.sleep(0.5)
        yield place
    finally:
        up.terminate()
        up.wait(60)


def _is_ready(place: Place) -> bool:
    """It answers, and its files of open data have been written: a first start does that a little later."""
    try:
        if httpx.get(f"{place.url}/readyz", timeout=5).status_code != 200:
            return False
        package = httpx.get(f"{place.url}/open-data/datapackage.json", timeout=5)
        return package.status_code == 200 and bool(package.json()["resources"])
    except httpx.HTTPError:
        return False
