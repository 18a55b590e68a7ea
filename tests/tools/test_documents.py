"""The documents say what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service.app import create_app
from service.cli import COMMANDS
from service.settings import Settings
from tests.tools import documents
from tests.tools.documents import ROOT
from tests.tools.screenshots import FOLDER, MOST_BYTES, README, SHOTS, with_pictures
from tests.tools.settings_table import OPERATIONS, with_tables

CHANGELOG = ROOT / ".github" / "CHANGELOG.md"
DECISIONS = ROOT / "service" / "DECISIONS.md"
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / ".github" / "CONTRIBUTING.md",
    ROOT / "tests" / "README.md",
    *(ROOT / "service" / name for name in ("README.md", "OPERATIONS.md", "cities/README.md")),
    DECISIONS,
]
TODAY = [document for document in DOCUMENTS if document != DECISIONS]
"""Those that tell how it is now. Decisions are dated: a name in them may be one that was given up."""

ELSEWHERE = {
    "SystemMaxUse",
    "get_service_request_updates",
    "post_service_request_update",
    "send_service_request",
}
"""Names of journald and FixMyStreet that our documents use."""

FOLDERS = {"/media", "/proc", "/tmp"}  # noqa: S108 - named in the documents
"""What looks like the address of a page and is none."""


def read(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def test_the_settings_table_is_current() -> None:
    assert with_tables(read(OPERATIONS)) == read(OPERATIONS), (
        "run: uv run python -m tests.tools.settings_table --write"
    )


def test_every_command_is_described() -> None:
    named = set(re.findall(r"`hientruong ([\w-]+)", read(OPERATIONS)))
    assert set(COMMANDS) <= named


def test_the_pictures_are_there_small_and_told() -> None:
    text = read(README)
    assert with_pictures(text) == text, "run: uv run python -m tests.tools.screenshots"
    for shot in SHOTS:
        assert (FOLDER / f"{shot.name}.webp").stat().st_size <= MOST_BYTES
        assert f'alt="{shot.alt}"' in text


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_link_or_path_leads_to_what_is_there(document: Path) -> None:
    assert documents.missing_paths(document, read(document)) == []


@pytest.mark.parametrize("document", TODAY, ids=lambda path: path.name)
def test_functions_and_names_are_those_of_the_code(document: Path) -> None:
    text = read(document)
    assert documents.undefined(text) == []
    assert documents.unresolved(text) == []
    assert set(documents.unknown_identifiers(text)) - ELSEWHERE == set()


@pytest.mark.parametrize("document", [*DOCUMENTS, CHANGELOG], ids=lambda path: path.name)
def test_commands_are_called_as_they_are(document: Path) -> None:
    assert documents.wrong_calls(read(document)) == []
    assert documents.wrong_tests(read(document)) == []


@pytest.mark.parametrize("document", [*DOCUMENTS, CHANGELOG], ids=lambda path: path.name)
def test_settings_are_those_there_are(document: Path) -> None:
    known = {f"HIENTRUONG_{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"\bHIENTRUONG_[A-Z_]*[A-Z]\b(?!_?…)", read(document)))
    assert {name for name in named - known if name not in documents.words_of_sources()} == set()


@pytest.fixture(scope="module")
def routes() -> list[str]:
    needed = {"database_url": "postgresql:///x", "redis_url": "redis://x", "media_url": "memory:///"}
    settings = Settings(_env_file=None, secret_key="x" * 40, demo=True, **needed)  # type: ignore[arg-type]
    return sorted(
        str(getattr(one, "path", ""))
        for route in create_app(settings).routes
        for one in (route.effective_candidates() if hasattr(route, "effective_candidates") else [route])
    )


@pytest.mark.parametrize("document", [*TODAY, CHANGELOG], ids=lambda path: path.name)
def test_addresses_are_those_of_routes(document: Path, routes: list[str]) -> None:
    unknown = set(documents.unknown_addresses(read(document), routes))
    assert unknown - FOLDERS == set()


def test_the_checks_find_what_is_wrong() -> None:
    name = "thing"
    text = (
        "`submit` in `geo/points.py`, `BBox.expanded` in `geo/points.py`, `workers.nowhere.task`,\n"
        f"`workers.routing.route_reports`, `no_such_{name}`, `hientruong fly`, `hientruong up --wings`,\n"
        "`python -m tests.tools.wings`, `python -m tests.bench --wings`, `pytest tests/wings.py`,\n"
        "`service/wings.py`, `wings.py`\n"
        "| `hientruong status` | is it up; `--json --wings` |\n"
    )
    assert documents.undefined(text) == ["submit in geo/points.py"]
    assert documents.unresolved(text) == ["workers.nowhere.task"]
    assert f"no_such_{name}" in documents.unknown_identifiers(text)
    assert documents.wrong_calls(text) == [
        "hientruong fly",
        "hientruong status: --wings",
        "hientruong up: --wings",
        "python -m tests.bench: --wings",
        "python -m tests.tools.wings",
    ]
    assert documents.wrong_tests(text) == ["tests/wings.py"]
    assert documents.missing_paths(README, text) == ["service/wings.py", "wings.py"]
    text = "`/queue`, `/r/…`, `PUT /api/v1/wings/{name}`, `/queue/wings?q=1`"
    known = ["/queue", "/r/{code}", "/api/v1/{name}"]
    assert documents.unknown_addresses(text, known) == ["/api/v1/wings/{name}", "/queue/wings"]


def test_the_tour_names_functions_at_every_stop() -> None:
    """A stop that names a file alone leaves a newcomer to search it."""
    tour = read(README).partition("## A tour")[2].partition("\n## ")[0]
    stops = re.split(r"\n\d\. ", tour)[1:]
    assert len(stops) == 9
    assert [stop for stop in stops if not documents._DEFINED.findall(stop)] == []
    assert 200 <= len(tour.split()) <= 350


def test_the_front_door_is_read_in_some_minutes() -> None:
    assert len(read(README).split()) <= 1_500
