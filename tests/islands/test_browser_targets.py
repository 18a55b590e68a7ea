"""The built scripts run in every browser that the build names: what is newer is asked for before."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service.local.islands.assets import ISLANDS, ensure_built

TARGETS = ["chrome100", "safari15.4", "firefox103"]

NEWER = [
    r"AbortSignal\.(timeout|any)\b",
    r"\.(toSorted|toReversed|toSpliced|findLastIndex)\(",
    r"(Object|Map)\.groupBy\(",
    r"(Array\.fromAsync|Promise\.(withResolvers|try)|RegExp\.escape|URL\.canParse)\(",
    r"\b(requestIdleCallback|structuredClone)\(",
    r"\bscheduler\.(yield|postTask)\(",
    r"\.(showPicker|showPopover|togglePopover|startViewTransition|checkVisibility|moveBefore|setHTML)\(",
    r"\b(cookieStore|CompressionStream|DecompressionStream)\b",
    r"\.(isWellFormed|toWellFormed|isSubsetOf|isSupersetOf|symmetricDifference|getOrInsert)\(",
    r"new (OffscreenCanvas|CloseWatcher|Navigator)\(",
    r"\bcreateImageBitmap\(",
    r"crypto\.(randomUUID|subtle)\b",
    r"navigator\.(clipboard|locks|wakeLock|storage|share|userAgentData)\.",
    r"/[^/\n]{0,80}\(\?<[=!]",
]
"""What the oldest of them lack, or have only with TLS."""

ASKED_FOR = {
    # file (without hash): what it uses, and where it asks
    "common": [
        r"crypto\.randomUUID",  # ids.ts: else from random numbers
        r"navigator\.locks\.",  # lock.ts: else every request may come twice
        r"navigator\.storage\.",  # store.ts
    ],
    "sw": [r"crypto\.randomUUID", r"navigator\.locks\.", r"navigator\.storage\."],
    "report": [r"navigator\.locks\."],  # claim.ts: else other tabs are asked
    "stream": [r"navigator\.locks\."],  # stream.ts: else no ceiling
    "app": [r"navigator\.clipboard\.", r"navigator\.share\."],  # app.ts: caught; asked for
    "shrink": [r"new OffscreenCanvas\(", r"createImageBitmap\("],  # redraw.ts: else an image and a canvas
    "shrinker": [r"new OffscreenCanvas\(", r"createImageBitmap\("],  # without: the page draws
    "wall": [r"navigator\.wakeLock\."],
    # Libraries, which ask themselves.
    "htmx.esm": [r"\.startViewTransition\(", r"\.moveBefore\("],
    "esm": [r"\bDecompressionStream"],  # pmtiles: else another unpacker
    "city_map": [r"createImageBitmap\(", r"new OffscreenCanvas\(", r"navigator\.userAgentData"],
    "maplibre-gl-worker": [r"createImageBitmap\(", r"new OffscreenCanvas\("],
    "maplibre-gl": [r"createImageBitmap\(", r"new OffscreenCanvas\("],
}

_HASH = re.compile(r"-[A-Za-z0-9_-]{8}\.m?js$|\.m?js$")


def built() -> list[Path]:
    folder = ensure_built(lambda _: None)
    return sorted(each for each in folder.iterdir() if each.suffix in {".js", ".mjs"})


def test_the_build_names_these_browsers() -> None:
    config = (ISLANDS / "vite.config.ts").read_text()
    assert f"target: {TARGETS}".replace("'", '"') in config


@pytest.mark.parametrize("newer", NEWER)
def test_what_is_newer_is_asked_for(newer: str) -> None:
    strays = []
    for file in built():
        text = file.read_text()
        for allowed in ASKED_FOR.get(_HASH.sub("", file.name), []):
            text = re.sub(allowed, "ASKED ", text)
        strays += [
            f"{file.name}: …{text[max(0, m.start() - 60) : m.end() + 20]}…" for m in re.finditer(newer, text)
        ]
    assert strays == []
