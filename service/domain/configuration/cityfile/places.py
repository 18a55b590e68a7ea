"""Positions in the files of a city folder, and the mistakes found there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

Path = tuple[str | int, ...]
Level = Literal["error", "warning", "repair"]


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """Thing wrong, doubtful or put right in a folder. Lines count from 1; 0 is the whole file."""

    file: str
    line: int
    column: int
    path: str
    message: str
    level: Level = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.path + ': ' if self.path else ''}{self.message}"


@dataclass(frozen=True, slots=True)
class SourcePositions:
    """Line and column of the values and keys of one file, by path."""

    file: str
    values: Mapping[Path, tuple[int, int]] = field(default_factory=dict)
    keys: Mapping[Path, tuple[int, int]] = field(default_factory=dict)

    def mistake(self, path: Path, message: str, *, at_key: bool = False, level: Level = "error") -> Mistake:
        """Return a mistake at `path`, or at the nearest thing around it that stands in the file."""
        line, column = self._nearest(path, at_key=at_key)
        return Mistake(self.file, line, column, spell_path(path), message, level)

    def _nearest(self, path: Path, *, at_key: bool) -> tuple[int, int]:
        if at_key and path in self.keys:
            return self.keys[path]
        for length in range(len(path), -1, -1):
            if (found := self.values.get(path[:length])) is not None:
                return found
        return 0, 0


def spell_path(path: Path) -> str:
    """Return `("rules", 3, "lead")` as `rules[3].lead`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean "…"?` when something known is close to `word`, else nothing."""
    close = get_close_matches(word, [name for name in known if name != word], n=1, cutoff=0.6)
    return f'; did you mean "{close[0]}"?' if close else ""
