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

CODE, PAGE, WORDS = SERVICE / "domain/relay.py", SERVICE / "pages/help/help.py", SERVICE / "i18n/en.po"
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
        (ISLANDS / "lib/storage/keep.test.ts", False),
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
        ([PAGE], False, (API,)),
        ([PAGE, CODE], False, ALL),
        ([SCRIPT], True, ()),
        ([ICON], True, (API,)),
        ([SCRIPT, CODE], True, ALL),
        ([], False, ()),
    ],
)
def test_what_is_built_and_started_again(changed: Sequence[Path], built: bool, again: Sequence[str]) -> None:
    assert to_build(changed) is built
    assert to_restart(changed) == tuple(again)


class Recorder:
    """Notes what is done, in order; the API answers only when it is let."""

    def __init__(self, answering: bool = True) -> None:
        self.done: list[str] = []
        self.said: list[str] = []
        self.may_answer = asyncio.Event()
        if answering:
            self.may_answer.set()
        self.reloader = Reloader(cast("Supervisor", self), self.build, self.answering, self.said.append)

    async def restart(self, name: str) -> None:
        self.done.append(name)

    async def build(self) -> None:
        self.done.append("built")

    async def answering(self) -> bool:
        await self.may_answer.wait()
        self.done.append("answers")
        return True


def test_icons_are_built_before_the_api_whose_pages_hold_them_begins_anew() -> None:
    recorder = asyncio.run(_taken_up([ICON]))
    assert recorder.done == ["built", API, "answers"]
    assert recorder.said == [
        "alert.svg changed: building scripts and styles",
        "alert.svg changed: starting the API again",
        "The API runs what was changed.",
    ]


def test_the_workers_begin_anew_when_the_api_answers() -> None:
    recorder = asyncio.run(_taken_up([CODE]))
    assert recorder.done == [API, "answers", *ALL[1:]]


def test_a_page_that_does_not_start_waits_for_the_change_that_mends_it() -> None:
    async def run() -> Recorder:
        recorder = Recorder(answering=False)
        await recorder.reloader.take_up([CODE])
        await asyncio.sleep(0)
        await asyncio.wait_for(recorder.reloader.take_up([PAGE]), 5)
        recorder.may_answer.set()
        await recorder.reloader.finish()
        return recorder

    done = asyncio.run(run()).done
    assert done == [API, API, "answers", *ALL[1:]], "the workers that the first change is about, too"


async def _taken_up(changed: Sequence[Path]) -> Recorder:
    recorder = Recorder()
    await recorder.reloader.take_up(changed)
    await recorder.reloader.finish()
    return recorder
