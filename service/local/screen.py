"""Output of `up`: steps with their time, and merged logs; plain where there is no terminal."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console
from rich.text import Text

COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "bright_cyan", "bright_magenta", "bright_green")
LEVELS = {"warning": "yellow", "error": "red", "critical": "bold red"}
NAME_WIDTH = 9
DETAIL_EVERY_S = 5.0
# Said by every line of the same process, or shown in a column of its own.
COLUMNS = ("event", "level", "logger", "timestamp", "process", "exception")


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Do nothing: Rich would end the process here, and leave its children to themselves."""
        raise BrokenPipeError


class Screen:
    """Terminal (or file) for everything. `on_closed` is called once when nobody reads it any more."""

    def __init__(self, on_closed: Callable[[], None] | None = None) -> None:
        self.last_error: str | None = None
        self._console = _Console(highlight=False, soft_wrap=True)
        self._on_closed = on_closed
        self._open = True
        self._detailed_at = float("-inf")
        self._colours: dict[str, str] = {}

    @contextmanager
    def step(self, what: str) -> Iterator[Callable[[str], None]]:
        """Show that `what` is under way, then how long it took; yields a function that shows a detail."""
        began = time.monotonic()
        if not self._console.is_terminal:
            self.say(f"… {what}")
            yield self._now_and_then
        else:
            with self._console.status(what) as status:
                yield lambda detail: status.update(Text(f"{what}: {detail}"[: self._console.width - 4]))
        self.say(f"✓ {what}  {time.monotonic() - began:.1f} s", "green")

    def _now_and_then(self, detail: str) -> None:
        """Print a detail now and then where each one stays on the screen:
        enough of them to see that it goes on.
        """
        if time.monotonic() - self._detailed_at > DETAIL_EVERY_S:
            self._detailed_at = time.monotonic()
            self.say(f"    {detail}")

    def say(self, text: str, style: str = "") -> None:
        """Print a line, or lines, of our own."""
        self._print(Text(text, style=style))

    def log(self, process: str, line: str) -> None:
        """Print a line that a child printed: structured ones are laid out, others shown as they are."""
        fact = _parse(line)
        level = str(fact.get("level", ""))
        text = _lay_out(fact) if fact else line
        if level in ("error", "critical"):
            self.last_error = f"{process}: {text}"
        colour = self._colours.setdefault(process, COLOURS[len(self._colours) % len(COLOURS)])
        prefix = Text(f"{_clock(fact)} {process:<{NAME_WIDTH}}│ ", style=colour)
        for part in [*text.splitlines(), *str(fact.get("exception", "")).splitlines()]:
            self._print(prefix + Text(part, style=LEVELS.get(level, "")))

    def notice(self, text: str) -> None:
        """Print that something happened to a child."""
        self.last_error = text
        self._print(Text(f"! {text}", style="bold yellow"))

    def _print(self, text: Text) -> None:
        if not self._open:
            return
        try:
            self._console.print(text)
            sys.stdout.flush()
        except OSError:  # the terminal or the pipe is gone
            self._open = False
            if self._on_closed:
                self._on_closed()


def _parse(line: str) -> dict[str, object]:
    if not line.startswith("{"):
        return {}
    try:
        fact = json.loads(line)
    except ValueError:
        return {}
    return fact if isinstance(fact, dict) and "event" in fact else {}


def _lay_out(fact: dict[str, object]) -> str:
    rest = " ".join(f"{key}={value}" for key, value in fact.items() if key not in COLUMNS)
    return f"{fact['event']}  {rest}".rstrip()


def _clock(fact: dict[str, object]) -> str:
    try:
        at = datetime.fromisoformat(str(fact["timestamp"])).astimezone()
    except (KeyError, ValueError):
        at = datetime.now().astimezone()
    return f"{at:%H:%M:%S}"
