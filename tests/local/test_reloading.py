"""What is built and started again when a source changes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

from service.local.islands.assets import ISLANDS, SERVICE
from service.local.reloading import ALL, API, Reloader, concerns, to_build, to_restart
from service.local.supervisor import Supervisor

CODE, WORDS = SERVICE / "domain/relay.py", SERVICE / "i18n/en.po"
SCRIPT, ICON = ISLANDS / "lib/page/dom.ts", SERVICE / "static/icons/alert.svg"


@pytest.mark.parametrize(
    ("path", "whether"),
    [
        (CODE, True),
        (WORDS, True),
        (SCRIPT, True),
        (ICON, True),
        (SERVICE / "templates/home/index.html", False),  # the engine reads it anew by itself
        (SERVICE / "static/built/app.js", False),
        (ISLANDS / "node_modules/idb/index.ts", False),
        (SERVICE / "domain/__pycache__/relay.cpython-311.pyc", False),
    ],
)
def test_which_files_concern_what_runs(path: Path, whether: bool) -> None:
    assert concerns(path) is whether


@pytest.mark.parametrize(
    ("changed", "built", "again"),
    [
        ([CODE], False, ALL),
        ([WORDS], False, ALL),
        ([SCRIPT], True, (API,)),
        ([ICON], True, (API,)),
        ([SCRIPT, CODE], True, ALL),
        ([], False, ()),
    ],
)
def test_what_is_built_and_started_again(changed: Sequence[Path], built: bool, again: Sequence[str]) -> None:
    assert to_build(changed) is built
    assert to_restart(changed) == tuple(again)


def test_scripts_are_built_before_the_api_that_serves_them_begins_anew() -> None:
    done: list[str] = []

    class Recorder:
        async def restart(self, name: str) -> None:
            done.append(name)

    async def build() -> None:
        done.append("built")

    said: list[str] = []
    asyncio.run(Reloader(cast("Supervisor", Recorder()), build, said.append).take_up([SCRIPT]))
    assert done == ["built", API]
    assert said == ["dom.ts changed: building scripts and styles", "dom.ts changed: starting api again"]
