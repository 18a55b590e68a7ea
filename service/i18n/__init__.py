"""Languages: Vietnamese is the source of every sentence, English its catalogue (`en.po`)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Literal, cast

from babel.messages.pofile import read_po

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")

language_in_use: ContextVar[Language] = ContextVar("language", default="vi")


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "mark, do not translate"
    """Mark a sentence for the catalogue without translating it here."""
    return message


class MarkedText(str):
    """A marked sentence or name that fills a placeholder of another: translated with it."""

    __slots__ = ()


CATALOGUES = Path(__file__).parent
FOLLOW_EVERY_S = 0.5
_catalogues: dict[Language, Mapping[str, str]] = {"vi": {}}
_versions: dict[Language, int] = {}
"""Time of change of the file, in nanoseconds, from which a catalogue was read."""


def catalogue(language: Language) -> Mapping[str, str]:
    """Return sentence → translation, read at the first need; empty for Vietnamese, the source of all."""
    if language not in _catalogues:
        _catalogues[language] = _read(language)
    return _catalogues[language]


def _read(language: Language) -> Mapping[str, str]:
    _versions[language] = _version(language)
    with _file(language).open("rb") as file:
        found = read_po(file, locale=language)
    return {cast(str, m.id): cast(str, m.string) for m in found if m.id and m.string}


def follow_catalogues(then: Callable[[], object] = lambda: None) -> threading.Event:
    """Read catalogues anew whenever their files change, for who works on them; `then` is called after it.

    Returns what ends it when it is set. A line that is no catalogue's is printed, and the rest holds.
    """
    stopped = threading.Event()
    threading.Thread(target=_follow, args=(then, stopped), name="catalogues", daemon=True).start()
    return stopped


def _follow(then: Callable[[], object], stopped: threading.Event) -> None:
    while not stopped.wait(FOLLOW_EVERY_S):
        for language, version in list(_versions.items()):
            if not _file(language).is_file() or _version(language) == version:
                continue
            try:
                _catalogues[language] = _read(language)
            except (OSError, ValueError) as problem:
                logging.getLogger(__name__).warning("the catalogue holds as it was: %s", problem)
            else:
                then()


def _file(language: Language) -> Path:
    return CATALOGUES / f"{language}.po"


def _version(language: Language) -> int:
    return _file(language).stat().st_mtime_ns


def translate(message: str, language: Language | None = None, /, **params: object) -> str:
    """Return the sentence in `language` (or the one in use), its `{placeholders}` filled."""
    chosen = language or language_in_use.get()
    text = catalogue(chosen).get(message, message)
    if not params:
        return text
    return text.format(**{name: _filling(value, chosen) for name, value in params.items()})


def _filling(value: object, language: Language) -> object:
    return translate(value, language) if isinstance(value, MarkedText) else value


def pick(names: Mapping[str, str], language: Language | None = None) -> str:
    """Return one name out of `{"vi": …, "en": …}`; Vietnamese where the other is missing."""
    return names.get(language or language_in_use.get()) or names.get("vi", "")


def negotiate(accept_language: str | None) -> Language:
    """Return the language for an `Accept-Language` header: the first of ours by weight; English for who reads
    neither, Vietnamese where nothing is said.
    """
    best: tuple[float, int, Language] = (0.0, 0, "vi")
    foreign = False
    for index, part in enumerate((accept_language or "").split(",")[:20]):
        tag, _, weight = part.strip().partition(";")
        base = tag.split("-")[0].lower()
        if base in LANGUAGES and (quality := _quality(weight)) > 0:
            best = max(best, (quality, -index, base), key=lambda item: item[:2])
        foreign = foreign or (base.isalpha() and base not in LANGUAGES and _quality(weight) > 0)
    return "en" if foreign and best[0] == 0 else best[2]


def _quality(weight: str) -> float:
    if not weight.strip():
        return 1.0
    try:
        return min(1.0, max(0.0, float(weight.strip().removeprefix("q="))))
    except ValueError:
        return 0.0
