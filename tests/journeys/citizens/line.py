"""The line between a phone and the service, heard where it ends, whoever sends: a page or its worker."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest

from service.errors import Unavailable
from service.storage import Storage
from service.web import resumable_upload


class Line:
    """The photo and the offset of every piece that comes. With `torn_at` the piece of that number gets no
    answer until the line is `mended`.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, torn_at: int | None = None) -> None:
        self.come: list[tuple[UUID, int]] = []
        self.mended = threading.Event()
        self._torn_at, self._add = torn_at, resumable_upload.append_bytes
        monkeypatch.setattr(resumable_upload, "append_bytes", self._hear)

    def _hear(
        self, storage: Storage, report: UUID, photo: UUID, data: bytes, *, offset: int, length: int
    ) -> int:
        self.come.append((photo, offset))
        if len(self.come) == self._torn_at:
            self.mended.wait(120)
            raise Unavailable("torn")
        return self._add(storage, report, photo, data, offset=offset, length=length)
