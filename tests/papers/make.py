"""Every kind of document that the product makes, fetched from a running demo as its people fetch them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.clients.place import PASSWORD

API = "/api/v1"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
LONGEST_S = 120
Fetched = tuple[str, Callable[[], bytes]]
"""Name of a document, and how it is fetched."""


@dataclass
class PaperDesk:
    """People of the demo, each signed in once."""

    url: str
    _people: dict[str, httpx.Client] = field(default_factory=dict)

    def person(self, name: str) -> httpx.Client:
        """Return the browser of `demo.NAME`."""
        if name not in self._people:
            browser = httpx.Client(base_url=self.url, follow_redirects=True, timeout=60)
            form = {"username": f"demo.{name}", "password": PASSWORD}
            self._post(browser, "/login", "/login", form)
            self._people[name] = browser
        return self._people[name]

    def get(self, name: str, path: str) -> bytes:
        """Return a file. Raises AssertionError where it is no Word document."""
        answer = self.person(name).get(path)
        assert answer.status_code == 200 and answer.content[:2] == b"PK", (path, answer.status_code)
        return answer.content

    def links(self, name: str, page: str, pattern: str) -> list[str]:
        """Return the addresses of a page that fit a pattern, in their order."""
        text = self.page(name, page)
        return list(dict.fromkeys(re.findall(rf'(?:href|action)="({pattern})"', text)))

    def page(self, name: str, path: str) -> str:
        """Return the text of a page."""
        return self.person(name).get(path, headers={"Accept": "text/html"}).text

    def month(self, name: str, signs: str) -> bytes:
        """Order the monthly report and wait for it."""
        form = {"period": "month", "signs": signs, "signer": "Nguyễn Văn Thử"}
        ordered = self._post(self.person(name), "/manage", "/manage/report", form)
        until = time.monotonic() + LONGEST_S
        while time.monotonic() < until:
            told = self.person(name).get(f"{API}{ordered.url.path}").json()
            if told["state"] == "ready":
                return self.get(name, f"{API}{ordered.url.path}/file")
            time.sleep(1)
        raise AssertionError("the monthly report was not made")

    @staticmethod
    def _post(browser: httpx.Client, page: str, path: str, form: Mapping[str, str]) -> httpx.Response:
        token = _TOKEN.search(browser.get(page, headers={"Accept": "text/html"}).text)
        assert token, page
        answer = browser.post(path, data={**form, "csrf_token": token[1]}, headers={"Accept": "text/html"})
        answer.raise_for_status()
        return answer


def make_papers(desk: PaperDesk, folder: Path) -> list[Path]:
    """Fetch all documents into a folder."""
    made = []
    for name, fetch in _papers(desk):
        path = folder / f"{name}.docx"
        path.write_bytes(fetch())
        made.append(path)
    return made


def _papers(desk: PaperDesk) -> Iterator[Fetched]:
    """A kind after the other."""
    yield "month-city", lambda: desk.month("administrator", "head")
    yield "month-ward", lambda: desk.month("manager", "deputy")
    yield from _plan_papers(desk)
    for report in desk.links("administrator", "/periodic", r"/periodic/\d+"):
        number = report.split("/")[-1]
        yield f"upward-{number}", _file(desk, f"{API}/periodic-reports/{number}.docx")
    for what in ("minutes", "submission"):
        yield f"emulation-{what}", _file(desk, f"{API}/movements/1/papers/{what}.docx")
    for unit in desk.links("administrator", "/emulation/1", r"/emulation/1/units/[\w.-]+")[:3]:
        code = unit.split("/")[-1]
        yield f"dossier-{code}", _file(desk, f"{API}/movements/1/dossier/{code}.docx")
    for survey in desk.links("administrator", "/surveys", r"/surveys/V\d\d-\d{4}"):
        for minutes in desk.links("administrator", survey, rf"{survey}/minutes/[^\"]+\.docx"):
            yield f"survey-{minutes.split('/')[-1][:-5]}", _file(desk, minutes)
    yield from _cable_papers(desk)
    yield from _number_papers(desk)
    yield from _cleanup_papers(desk)


def _plan_papers(desk: PaperDesk) -> Iterator[Fetched]:
    for plan in desk.links("administrator", "/plans", r"/plans/KH\d\d-\d{4}"):
        yield f"plan-progress-{plan[-4:]}", _file(desk, f"{API}{plan}/report.docx")
        for what in ("urging", "child"):
            for unit in _units(desk, plan, f"{what}.docx")[:2]:
                path = f"{API}{plan}/{what}.docx?unit={unit}"
                yield f"plan-{what}-{plan[-4:]}-{unit}", _file(desk, path)


def _cable_papers(desk: PaperDesk) -> Iterator[Fetched]:
    yield "cables-progress", _file(desk, f"{API}/cables/report.docx")
    yield "cables-poles", _file(desk, f"{API}/cables/poles.docx")
    for company in _units(desk, "/manage/cables", "/manage/cables/documents"):
        yield f"cables-urging-{company}", _file(desk, f"{API}/cables/urging.docx?company={company}")


def _cleanup_papers(desk: PaperDesk) -> Iterator[Fetched]:
    yield "cleanups-month", _file(desk, f"{API}/cleanups/report.docx?month={time.strftime('%Y-%m')}")
    for cleanup in desk.links("administrator", "/cleanups", r"/cleanups/R\d\d-\d{4}"):
        if desk.person("administrator").get(f"{API}{cleanup}/announcement.docx").status_code == 200:
            yield f"announcement-{cleanup[-4:]}", _file(desk, f"{API}{cleanup}/announcement.docx")


def _file(desk: PaperDesk, path: str, name: str = "administrator") -> Callable[[], bytes]:
    return lambda: desk.get(name, path)


def _number_papers(desk: PaperDesk) -> Iterator[Fetched]:
    """Letters to carriers, the month, the invitation and the minutes of the first case that has them."""
    for letter in desk.links("manager", "/requests", r"/requests/C\d\d-\d{4}")[:4]:
        yield f"carrier-{letter.split('/')[-1]}", _file(desk, f"{letter}/letter.docx", "manager")
    yield "numbers-month", _file(desk, "/numbers/monthly.docx", "manager")
    wanted = {"invitation", "minutes"}
    for number in desk.links("manager", "/numbers", r"/numbers/\d+"):
        for path in desk.links("manager", number, rf"{number}/(?:invitation|minutes)\.docx"):
            what = path.split("/")[-1][:-5]
            if what in wanted:
                wanted.remove(what)
                yield f"number-{what}", _file(desk, path, "manager")
        if not wanted:
            return


def _units(desk: PaperDesk, page: str, action: str) -> list[str]:
    """Return the units that a form of a page offers."""
    for form in re.findall(r"<form.*?</form>", desk.page("administrator", page), re.S):
        if f'{action}"' in form:
            chosen = re.search(r'<select[^>]*name="unit".*?</select>', form, re.S)
            return re.findall(r'<option[^>]*value="([^"]+)"', chosen[0]) if chosen else []
    return []
