"""The supervisor, tried with small scripts that crash, hang, fork and shout."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from service.local.program import Program
from service.local.supervisor import Ready, Supervisor, SupervisorTimings
from service.problems import SetupError

QUICK = SupervisorTimings(
    ready_s=60, first_pause_s=0.01, longest_pause_s=0.04, short_life_s=60, short_lives=4
)
SLEEP = "import time; print('up', flush=True); time.sleep(60)"


@dataclass
class Heard:
    """What the supervisor said."""

    lines: list[tuple[str, str]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def supervisor(self, patience: SupervisorTimings = QUICK) -> Supervisor:
        made = Supervisor(lambda name, line: self.lines.append((name, line)), self.notices.append, patience)
        made.settled = True
        return made


@pytest.fixture
def heard() -> Heard:
    return Heard()


def script(code: str, name: str = "child", grace_s: float = 30.0) -> Program:
    return Program(name, (sys.executable, "-c", code), grace_s=grace_s)


async def at_once(_pid: int) -> bool:
    return True


async def never(_pid: int) -> bool:
    return False


def when(condition: Callable[[], bool]) -> Ready:
    async def ready(_pid: int) -> bool:
        return condition()

    return ready


def alive(pid: int) -> bool:
    """Whether the process exists and is not merely waiting to be reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "waited in vain"
        await asyncio.sleep(0.01)


def run(story: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(120):
            await story()

    asyncio.run(limited())


def test_start_returns_when_the_child_is_ready_and_stop_ends_it(heard: Heard) -> None:
    async def story() -> None:
        supervisor = heard.supervisor()
        asked: list[int] = []

        async def fourth_time(pid: int) -> bool:
            asked.append(pid)
            return len(asked) == 4

        await supervisor.start(script(SLEEP), fourth_time)
        pid = supervisor.children["child"].pid
        assert pid
        assert asked == [pid] * 4
        await until(lambda: ("child", "up") in heard.lines)
        await supervisor.stop([])
        assert not alive(pid)
        assert heard.notices == []

    run(story)


def test_a_child_that_ends_while_starting_is_told_with_its_last_lines(heard: Heard) -> None:
    async def story() -> None:
        supervisor = heard.supervisor()
        code = "import sys; print('no such table'); sys.exit(3)"
        with pytest.raises(SetupError, match=r"(?s)child ended while starting.*no such table"):
            await supervisor.start(script(code), never)
        await supervisor.stop([])

    run(story)


def test_a_child_that_never_gets_ready_is_ended(heard: Heard) -> None:
    async def story() -> None:
        supervisor = heard.supervisor(SupervisorTimings(ready_s=0.3))
        with pytest.raises(SetupError, match="was not ready after"):
            await supervisor.start(script(SLEEP), never)
        assert supervisor.children["child"].pid is None
        await supervisor.stop([])

    run(story)


def test_a_crashed_child_is_started_again(heard: Heard) -> None:
    async def story() -> None:
        supervisor = heard.supervisor()
        await supervisor.start(script(SLEEP), at_once)
        child = supervisor.children["child"]
        first = child.pid
        assert first
        os.kill(first, signal.SIGKILL)
        await until(lambda: child.pid not in (None, first))
        assert child.restarts == 1
        assert "child was ended by SIGKILL" in heard.notices[0]
        await supervisor.stop([])
        assert not supervisor.failure

    run(story)


def test_a_child_that_is_to_begin_anew_is_another_process_and_no_crash(heard: Heard) -> None:
    async def story() -> None:
        supervisor = heard.supervisor()
        await supervisor.start(script(SLEEP), at_once)
        child = supervisor.children["child"]
        for _ in range(QUICK.short_lives + 2):
            before = child.pid
            await supervisor.restart("child")
            await until(lambda was=before: child.pid not in (None, was))  # type: ignore[misc]
        assert (child.restarts, child.short_lives, heard.notices, supervisor.failure) == (0, 0, [], None)
        await supervisor.restart("nobody")
        await supervisor.stop([])
        await supervisor.restart("child")
        assert child.pid is None

    run(story)


def test_a_child_that_crashes_again_and_again_is_given_up(heard: Heard) -> None:
    async def story() -> None:
        supervisor = heard.supervisor()
        await supervisor.start(script("print('out of luck'); raise SystemExit(7)"), at_once)
        await supervisor.wait()
        assert supervisor.failure
        assert "child keeps crashing (ended with status 7)" in supervisor.failure
        assert "out of luck" in supervisor.failure
        assert supervisor.children["child"].restarts == QUICK.short_lives - 1
        await supervisor.stop([])

    run(story)


def test_before_all_is_settled_one_crash_is_enough(heard: Heard) -> None:
    async def story() -> None:
        supervisor = heard.supervisor()
        supervisor.settled = False
        await supervisor.start(script("print('no module'); raise SystemExit(1)"), at_once)
        await supervisor.wait()
        assert supervisor.failure
        assert "child ended with status 1 while starting" in supervisor.failure
        assert "no module" in supervisor.failure
        assert supervisor.children["child"].restarts == 0
        await supervisor.stop([])

    run(story)


def test_long_lives_between_crashes_are_forgiven(heard: Heard) -> None:
    async def story() -> None:
        patience = SupervisorTimings(
            first_pause_s=0.01, longest_pause_s=0.01, short_life_s=0.0, short_lives=2
        )
        supervisor = heard.supervisor(patience)
        await supervisor.start(script("raise SystemExit(1)"), at_once)
        child = supervisor.children["child"]
        await until(lambda: child.restarts >= 4)
        assert supervisor.failure is None
        await supervisor.stop([])

    run(story)


def test_pauses_double_up_to_a_limit() -> None:
    patience = SupervisorTimings(first_pause_s=0.5, longest_pause_s=3)
    assert [patience.pause_s(n) for n in (1, 2, 3, 4, 99)] == [0.5, 1, 2, 3, 3]


def test_groups_end_in_the_order_asked_for(heard: Heard, tmp_path: Path) -> None:
    log = tmp_path / "ended"
    code = (
        "import signal, sys, time\n"
        f"def end(*_): open({str(log)!r}, 'a').write(sys.argv[1] + ' '); time.sleep(.2); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); print('armed', flush=True); time.sleep(60)"
    )

    async def story() -> None:
        supervisor = heard.supervisor()

        def armed(name: str) -> Ready:
            return when(lambda: (name, "armed") in heard.lines)

        for name in ("database", "worker", "web", "extra"):
            program = Program(name, (sys.executable, "-c", code, name))
            await supervisor.start(program, armed(name))
        await supervisor.stop([{"web"}, {"worker"}, {"database"}])

    run(story)
    assert log.read_text().split() == ["extra", "web", "worker", "database"]


def test_who_ignores_the_signal_is_killed_after_its_grace(heard: Heard) -> None:
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('deaf', flush=True); time.sleep(60)"
    )

    async def story() -> None:
        supervisor = heard.supervisor()
        await supervisor.start(script(code, grace_s=0.3), when(lambda: ("child", "deaf") in heard.lines))
        pid = supervisor.children["child"].pid
        assert pid
        await supervisor.stop([])
        assert not alive(pid)
        assert "did not end within" in heard.notices[0]

    run(story)


GRANDCHILD = (
    "import subprocess, sys, time\n"
    "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "print(p.pid, flush=True); time.sleep(60)"
)


@pytest.mark.parametrize("crash", [True, False])
def test_grandchildren_go_with_their_parent(heard: Heard, crash: bool) -> None:
    async def story() -> None:
        supervisor = heard.supervisor()
        await supervisor.start(script(GRANDCHILD), when(lambda: bool(heard.lines)))
        grandchild = int(heard.lines[0][1])
        child = supervisor.children["child"]
        assert child.pid
        if crash:
            os.kill(child.pid, signal.SIGKILL)
            await until(lambda: not alive(grandchild))
            await until(lambda: child.restarts == 1)
        await supervisor.stop([])
        await until(lambda: not alive(grandchild))

    run(story)


def test_a_line_of_a_megabyte_and_bytes_that_are_no_text_do_no_harm(heard: Heard) -> None:
    code = (
        "import sys, time; o = sys.stdout.buffer\n"
        "o.write(b'x' * 1_000_000 + b'\\n' + b'\\xff\\xfe\\n' + b'no newline'); o.flush(); time.sleep(60)"
    )

    async def story() -> None:
        supervisor = heard.supervisor()
        await supervisor.start(script(code), when(lambda: len(heard.lines) > 2 and "�" in heard.lines[-1][1]))
        assert sum(line.count("x") for _, line in heard.lines) == 1_000_000
        await supervisor.stop([])
        assert heard.lines[-1] == ("child", "no newline")

    run(story)


def test_stopping_while_a_child_pauses_before_its_next_try(heard: Heard) -> None:
    async def story() -> None:
        supervisor = heard.supervisor(SupervisorTimings(first_pause_s=30, longest_pause_s=30))
        await supervisor.start(script("raise SystemExit(1)"), at_once)
        await until(lambda: bool(heard.notices))
        began = time.monotonic()
        await supervisor.stop([])
        assert time.monotonic() - began < 5

    run(story)


def test_a_restart_cuts_the_pause_before_the_next_try_short(heard: Heard, tmp_path: Path) -> None:
    mended = tmp_path / "mended"
    code = (
        f"import pathlib, time; pathlib.Path({str(mended)!r}).stat(); print('up', flush=True); time.sleep(60)"
    )

    async def story() -> None:
        supervisor = heard.supervisor(SupervisorTimings(first_pause_s=300, longest_pause_s=300))
        await supervisor.start(script(code), at_once)
        await until(lambda: bool(heard.notices))
        mended.touch()
        await supervisor.restart("child")
        await until(lambda: ("child", "up") in heard.lines)
        assert len(heard.notices) == 1
        await supervisor.stop([])

    run(story)


PARENT = """
import subprocess, sys, time
from service.local.program import Program
program = Program("child", (sys.executable, "-c", "import time; time.sleep(60)"))
print(subprocess.Popen(program.argv, **program.options()).pid, flush=True)
time.sleep(60)
"""


def test_a_child_ends_when_its_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.kill()
        parent.wait()
        limit = time.monotonic() + 60
        while alive(child) and time.monotonic() < limit:
            time.sleep(0.01)
        assert not alive(child)
