"""What the terminal shows: merged logs that a person can read, and an end when nobody reads them."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from service.local import screen as screens
from service.local.screen import Screen


def structured(**facts: object) -> str:
    return json.dumps({"timestamp": "2026-03-02T01:02:03Z", "level": "info", **facts}, ensure_ascii=False)


def test_a_structured_line_is_laid_out(capsys: pytest.CaptureFixture[str]) -> None:
    line = structured(event="routed", logger="workers.routing", report_id="HUE-1", ward="Thuận Hoá")
    Screen().log("worker", line)
    shown = capsys.readouterr().out
    assert "worker   │ routed  report_id=HUE-1 ward=Thuận Hoá\n" in shown
    assert "{" not in shown
    assert "workers.routing" not in shown


def test_another_line_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen()
    for line in ("plain [bold]text[/bold]", '{"no": "event"}', "{broken", "[1, 2]"):
        screen.log("redis", line)
        assert f"redis    │ {line}\n" in capsys.readouterr().out


def test_a_traceback_has_the_prefix_on_every_line(capsys: pytest.CaptureFixture[str]) -> None:
    trace = "Traceback\n  File x\nValueError"
    Screen().log("api", structured(event="failed", level="error", exception=trace))
    shown = capsys.readouterr().out.splitlines()
    assert [line.split("│ ")[1] for line in shown] == ["failed", "Traceback", "  File x", "ValueError"]


def test_the_last_error_is_remembered(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen()
    screen.log("api", structured(event="slow", level="warning"))
    assert screen.last_error is None
    screen.log("api", structured(event="failed", level="error", request_id="r-1"))
    assert screen.last_error == "api: failed  request_id=r-1"
    screen.notice("worker was ended by SIGKILL")
    assert screen.last_error == "worker was ended by SIGKILL"
    assert "! worker was ended by SIGKILL\n" in capsys.readouterr().out


def test_a_step_says_that_it_goes_on_and_how_long_it_took(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Screen()
    with screen.step("Installing") as say:
        for number in range(100):
            say(f"package {number}")
        monkeypatch.setattr(screens, "DETAIL_EVERY_S", 0.0)
        say("the last one")
    first, detail, later, last = capsys.readouterr().out.splitlines()
    assert first == "… Installing"
    assert (detail, later) == ("    package 0", "    the last one")
    assert last.startswith("✓ Installing  0.")


def test_a_step_that_fails_is_not_ticked_off(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="no"), Screen().step("Trying"):
        raise ValueError("no")
    assert "✓" not in capsys.readouterr().out


READER_GONE = """
import sys
from service.local.screen import Screen
closed = []
screen = Screen(on_closed=lambda: closed.append(1))
for number in range(100_000):
    screen.say("a line that nobody reads")
sys.stderr.write(str(len(closed)))
"""


def test_when_nobody_reads_any_more_that_is_told_once() -> None:
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", READER_GONE], stdout=writer, stderr=subprocess.PIPE, text=True
    )
    os.close(writer)
    os.read(reader, 10)
    os.close(reader)
    _, told = process.communicate(timeout=60)
    assert told.startswith("1")
