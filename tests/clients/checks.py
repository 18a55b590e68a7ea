"""What each client does, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.clients.place import Place
from tests.clients.workshop import Workshop, run
from tests.faults.stack import free_port
from tests.support.photo_stage import jpeg

PROGRAMS = Path(__file__).parent / "programs"
DOCUMENTS = {"openapi.json": "/api/v1/openapi.json", "ogc.json": "/ogc/api"}


@dataclass(frozen=True, slots=True)
class Visit:
    """One check: the installation, the clients, a folder for what they leave."""

    place: Place
    workshop: Workshop
    work: Path

    def document(self, name: str) -> Path:
        """Fetch a description of the API into the folder."""
        answer = httpx.get(f"{self.place.url}{DOCUMENTS[name]}", timeout=30)
        answer.raise_for_status()
        (self.work / name).write_bytes(answer.content)
        return self.work / name


def lint(visit: Visit) -> None:
    """Spectral and redocly, their recommended rules: no error in either document."""
    node = visit.workshop.node("@stoplight/spectral-cli", "@redocly/cli")
    (visit.work / "rules.yaml").write_text('extends: ["spectral:oas"]\n')
    tools = node / "node_modules" / ".bin"
    for name in DOCUMENTS:
        document = visit.document(name)
        run(tools / "spectral", "lint", document, "-r", visit.work / "rules.yaml", "-F", "error")
        run(tools / "redocly", "lint", "--extends=recommended", document, folder=visit.work)


def generated(visit: Visit) -> None:
    """A client made by openapi-python-client leaves nothing out; with it a report lives its whole life, and
    the programme that uses it keeps to mypy strict.
    """
    python = visit.workshop.python("openapi-python-client", "ruff", "mypy")
    maker = python.parent / "openapi-python-client"
    quick: list[str | Path] = ["--meta", "none", "--fail-on-warning", "--output-path", visit.work / "made"]
    path = f"{python.parent}:/usr/bin:/bin"
    run(maker, "generate", "--path", visit.document("openapi.json"), *quick, folder=visit.work, PATH=path)
    (visit.work / "life.py").write_text((PROGRAMS / "life.py").read_text())
    strict = ["--strict", "--follow-imports=silent", "life.py"]
    run(python, "-m", "mypy", *strict, folder=visit.work)
    (visit.work / "photo.jpg").write_bytes(jpeg())
    tokens = (visit.place.token("triage"), visit.place.token("department"))
    run(python, "life.py", visit.place.url, "photo.jpg", *tokens, folder=visit.work)


def gis(visit: Visit) -> None:
    """GDAL, OWSLib and a validator of the standard read `/ogc`; so does a client for browsers."""
    python = visit.workshop.python("pyogrio", "owslib", "ogcapi-registry", "httpx")
    run(python, PROGRAMS / "gis.py", visit.place.url)
    node = visit.workshop.node("@camptocamp/ogc-client")
    programme = node / "gis.mjs"
    programme.write_text((PROGRAMS / "gis.mjs").read_text())
    run("node", programme, visit.place.url)


def open_data(visit: Visit) -> None:
    """The files are what the catalogues say, and nobody's number or address is in them."""
    python = visit.workshop.python("pyogrio", "frictionless", "rdflib", "httpx")
    run(python, PROGRAMS / "open_data.py", visit.place.url, visit.work)
    run(python.parent / "frictionless", "validate", "datapackage.json", folder=visit.work)


def open311(visit: Visit) -> None:
    """`georeport` reads in both forms, what it reads keeps to the specification's types; a report comes in
    once, however often it is sent. npm's `open311` finds the address by discovery and sends with it.
    """
    python, key = visit.workshop.python("georeport", "httpx", "jsonschema[format]"), visit.place.key()
    run(python, PROGRAMS / "open311.py", visit.place.url, key)
    never = "module.exports = {parseXml() { throw new Error('JSON alone is asked for') }};"
    elsewhere = {"sparkxml": never, "xml2json": never}  # one lives in a repository, the other is native
    node = visit.workshop.packed("open311@0.0.12", "request", "lodash@0.6.1", without=elsewhere)
    programme = node / "open311.cjs"
    programme.write_text((PROGRAMS / "open311.cjs").read_text())
    run("node", programme, visit.place.url, key)


def webhooks(visit: Visit) -> None:
    """A receiver that verifies by `standardwebhooks` and is often ill gets every event, each with one id."""
    python = visit.workshop.python("standardwebhooks", "httpx")
    port = free_port()
    url = f"http://127.0.0.1:{port}/in"
    made = visit.place.admin("POST", "/webhooks", {"name": "tests.clients", "url": url}).json()
    try:
        run(python, PROGRAMS / "receiver.py", visit.place.url, str(port), made["secret"], visit.place.key())
    finally:
        visit.place.admin("DELETE", f"/webhooks/{made['id']}")


def calendar(visit: Visit) -> None:
    """`icalendar` and ical.js read one's deadlines; the same events twice, no line too long."""
    python = visit.workshop.python("icalendar", "httpx")
    address = visit.place.calendar()
    run(python, PROGRAMS / "calendars.py", address, visit.work / "one.ics")
    node = visit.workshop.node("ical.js")
    programme = node / "calendars.mjs"
    programme.write_text((PROGRAMS / "calendars.mjs").read_text())
    run("node", programme, visit.work / "one.ics")


CHECKS: Mapping[str, Callable[[Visit], None]] = {
    each.__name__: each for each in (lint, generated, gis, open_data, open311, webhooks, calendar)
}
