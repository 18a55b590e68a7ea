"""`hientruong open-data`: makes the files now and tells of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.cli import app
from service.db import unit_of_work
from service.domain.kernel import leases
from service.opendata.publish import NAME, SPAN
from service.problems import SetupError
from tests.opendata.test_editions import NOW, Stage, stage
from tests.support.environment import settings_told

__all__ = ["stage"]


@pytest.fixture
def said(stage: Stage, clean_database: str, tmp_path: Path) -> Iterator[CliRunner]:
    with settings_told(clean_database, media_url=(tmp_path / "media").as_uri()):
        yield CliRunner()


def test_the_files_are_made_and_told(stage: Stage, said: CliRunner) -> None:
    nothing = said.invoke(app, ["open-data", "--list"], catch_exceptions=False)
    assert "No files" in nothing.stdout
    made = said.invoke(app, ["open-data", "--json"], catch_exceptions=False)
    told = {each["name"]: each["bytes"] for each in json.loads(made.stdout)["files"]}
    assert told == {name: len(content) for name, content in stage.files().items()}
    listed = said.invoke(app, ["open-data", "--list"], catch_exceptions=False)
    assert "phan-anh.pmtiles" in listed.stdout
    with unit_of_work(stage.engine) as session:
        assert leases.take_lease(session, NAME, NOW.replace(year=2100), SPAN)
    busy = said.invoke(app, ["open-data"])
    assert isinstance(busy.exception, SetupError)
