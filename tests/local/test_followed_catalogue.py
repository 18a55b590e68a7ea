"""A changed catalogue is read anew by the process that uses it, while one works on the sources."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from service import i18n
from service.i18n import follow_catalogues, translate

TIMES = itertools.count(10**18, 10**9)


def until(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.01)


def write(folder: Path, english: str) -> None:
    fresh = folder / "fresh"
    fresh.write_text(f'msgid "Đã gửi"\nmsgstr "{english}"\n')
    os.utime(fresh, ns=(next(TIMES), next(TIMES)))  # the clock of files may stand still for some milliseconds
    fresh.replace(folder / "en.po")


def test_a_changed_translation_is_read_anew_without_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(i18n, "CATALOGUES", tmp_path)
    monkeypatch.setattr(i18n, "FOLLOW_EVERY_S", 0.01)
    monkeypatch.setattr(i18n, "_catalogues", {"vi": {}})
    monkeypatch.setattr(i18n, "_versions", {})
    told: list[str] = []
    write(tmp_path, "Sent")
    assert translate("Đã gửi", "en") == "Sent"
    write(tmp_path, "Handed in")  # after a fork server read it and before the process it forked looks
    stopped = follow_catalogues(lambda: told.append(translate("Đã gửi", "en")))
    try:
        until(lambda: told == ["Handed in"])
        assert translate("Đã gửi", "en") == "Handed in"
        assert translate("Đã gửi", "vi") == "Đã gửi"
        (tmp_path / "en.po").write_bytes(b'msgid "\xff"\nmsgstr ""\n')
        until(lambda: "the catalogue holds as it was" in caplog.text)
        assert translate("Đã gửi", "en") == "Handed in"
        write(tmp_path, "Submitted")
        until(lambda: translate("Đã gửi", "en") == "Submitted")
    finally:
        stopped.set()
