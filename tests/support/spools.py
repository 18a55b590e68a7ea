"""The files that forms are read into, watched: one that is left open is found without a garbage collector."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from threading import Event
from typing import Any

import pytest
from starlette import formparsers

HEAD = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
    b"Content-Type: image/jpeg\r\n\r\n"
)
"""How a part with a file begins."""

CONTENT_TYPE = "multipart/form-data; boundary=b"


class Spools:
    """Every file that a form was read into since this began."""

    def __init__(self) -> None:
        self._closed: list[Event] = []

    def add(self) -> Event:
        """Count one more file; the event is to be set when it is closed."""
        self._closed.append(Event())
        return self._closed[-1]

    def made(self) -> int:
        """Return how many there were. Fails where one is still open some seconds from now."""
        assert all(each.wait(10) for each in self._closed), "the file of a form was left open"
        return len(self._closed)


def watch_spools(monkeypatch: pytest.MonkeyPatch) -> Spools:
    """Watch the files of forms until the test is over."""
    spools = Spools()

    class Watched(SpooledTemporaryFile[bytes]):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self._told = spools.add()

        def close(self) -> None:
            super().close()
            self._told.set()

    monkeypatch.setattr(formparsers, "SpooledTemporaryFile", Watched)
    return spools
