"""What is built and started again when a source changes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

from service.local.islands.assets import ISLANDS, SERVICE, readable
from service.local.reloader import (
    ALL,
    API,
    Reloader,
    SourceDigests,
    catalogue_faults,
    concerns,
    syntax_faults,
    to_build,
    to_restart,
)
from service.local.standby import ForkServerPair
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
        ([WORDS], False, ()),
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
        self.stop_at: str | None = None
        self.stopped = asyncio.Event()
        if answering:
            self.may_answer.set()
        self.reloader = Reloader(
            cast("Supervisor", self),
            cast("ForkServerPair", self),
            self.build,
            self.answering,
            self.said.append,
        )

    async def restart(self, name: str) -> None:
        self.done.append(name)
        if name == self.stop_at:
            self.stopped.set()
            await asyncio.sleep(100)

    async def renew(self) -> None:
        self.done.append("renewed")

    async def stand_by(self) -> None:
        self.done.append("stands by")

    async def build(self) -> None:
        self.done.append("built")

    async def answering(self) -> bool:
        await self.may_answer.wait()
        self.done.append("answers")
        return True


def test_icons_are_built_before_the_api_whose_pages_hold_them_begins_anew() -> None:
    recorder = asyncio.run(_taken_up([ICON]))
    assert recorder.done == ["built", API, "answers", "stands by"]
    assert recorder.said == [
        "alert.svg changed: building scripts and styles",
        "alert.svg changed: starting the API again",
        "The API runs what was changed.",
    ]


def test_the_workers_begin_anew_when_the_api_answers() -> None:
    recorder = asyncio.run(_taken_up([CODE]))
    assert recorder.done == ["renewed", API, "answers", "stands by", *ALL[1:]]


def test_a_page_is_forked_from_what_holds_no_page() -> None:
    assert asyncio.run(_taken_up([PAGE])).done == [API, "answers", "stands by"]


def test_a_changed_translation_starts_nothing_again_and_is_said() -> None:
    recorder = asyncio.run(_taken_up([WORDS]))
    assert recorder.done == []
    assert recorder.said == ["en.po changed: translations are read anew"]


def test_what_python_cannot_read_is_said_and_everything_runs_on_until_it_is_mended(tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("good = 1\ndef half(:\n    pass\n")

    async def run() -> Recorder:
        recorder = Recorder()
        await recorder.reloader.take_up([broken])
        await recorder.reloader.take_up([PAGE])
        assert recorder.done == []
        broken.write_text("good = 1\n")
        await recorder.reloader.take_up([broken])
        await recorder.reloader.finish()
        return recorder

    recorder = asyncio.run(run())
    assert recorder.said[0].startswith(f"{broken}:2: invalid syntax")
    assert recorder.said[0].endswith("Nothing is started again until this is mended.")
    assert recorder.said[1] == recorder.said[0], "the other change waits for it"
    assert recorder.done == ["renewed", API, "answers", "stands by", *ALL[1:]]


def test_a_deleted_file_is_no_fault_of_syntax_and_starts_again_what_held_it(tmp_path: Path) -> None:
    assert syntax_faults([tmp_path / "gone.py"]) == []
    assert asyncio.run(_taken_up([SERVICE / "domain/gone.py"])).done[:2] == ["renewed", API]


def test_bytes_that_are_no_text_are_a_fault(tmp_path: Path) -> None:
    odd = tmp_path / "odd.py"
    odd.write_bytes(b"name = '\xff'\n")
    (fault,) = syntax_faults([odd])
    assert fault.startswith(f"{odd}:1: ")


def test_a_line_that_is_no_catalogues_is_named(tmp_path: Path) -> None:
    catalogue = tmp_path / "en.po"
    catalogue.write_text('# Words\nmsgid "Đã \\"gửi\\""\nmsgstr ""\n"Sent"\n\nmsgid "Mới\nmsgsrt "New"\n')
    assert [fault.split(": ")[0] for fault in catalogue_faults([catalogue])] == [
        f"{catalogue}:6",
        f"{catalogue}:7",
    ]
    assert catalogue_faults([WORDS, tmp_path / "gone.po", CODE]) == []


def test_what_the_bundler_says_is_read_without_colours_and_call_stack() -> None:
    said = "\x1b[31mUnexpected token\x1b[0m\n  [ citizens/feed.ts:60:10 ]\n    at build (file:///x.mjs:50:18)\n}\n"
    assert readable(said) == "Unexpected token\n  [ citizens/feed.ts:60:10 ]\n}\n"


def test_a_file_saved_as_it_was_has_not_changed(tmp_path: Path) -> None:
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    for file in (one, other):
        file.write_text("name = 1\n")
    digests = SourceDigests([tmp_path])
    other.write_text("name = 2\n")
    one.write_text("name = 1\n")
    assert digests.changed([one, other]) == {other}
    assert digests.changed([one, other]) == set(), "it was told once"
    one.unlink()
    fresh = tmp_path / "fresh.py"
    fresh.write_text("name = 1\n")
    assert digests.changed([one, fresh]) == {one, fresh}
    assert digests.changed([one, tmp_path / "never.py"]) == set()


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
    again = [API, "answers", "stands by", *ALL[1:]]
    assert done == ["renewed", API, *again], "the workers that the first change is about, too"


def test_what_was_started_again_before_the_next_change_is_left_alone() -> None:
    async def run() -> Recorder:
        recorder = Recorder()
        recorder.stop_at = ALL[4]
        await recorder.reloader.take_up([CODE])
        await recorder.stopped.wait()
        recorder.stop_at = None
        await recorder.reloader.take_up([PAGE])
        await recorder.reloader.finish()
        return recorder

    done = asyncio.run(run()).done
    assert done == ["renewed", API, "answers", "stands by", *ALL[1:5], API, "answers", "stands by", *ALL[4:]]


async def _taken_up(changed: Sequence[Path]) -> Recorder:
    recorder = Recorder()
    await recorder.reloader.take_up(changed)
    await recorder.reloader.finish()
    return recorder
