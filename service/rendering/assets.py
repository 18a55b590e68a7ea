"""The built scripts, styles and fonts: their hashed names, and serving them so that a browser keeps them."""

from __future__ import annotations

import hashlib
import json
import mimetypes
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from fastapi import Request
from fastapi.responses import Response

from service.errors import NotFound
from service.i18n import N_
from service.ops.telemetry import get_logger

log = get_logger(__name__)

BUILT = Path(__file__).parents[1] / "static" / "built"
FOREVER = "public, max-age=31536000, immutable"
FIRST_FONTS = ("latin-400", "vietnamese-400", "latin-600", "vietnamese-600")
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))

mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".mjs")


@dataclass(frozen=True)
class Assets:
    """Manifest of the build; `version` changes whenever any file does."""

    files: dict[str, str] = field(default_factory=dict)
    imports: dict[str, tuple[str, ...]] = field(default_factory=dict)
    beside: dict[str, tuple[str, ...]] = field(default_factory=dict)
    version: str = "none"

    def url(self, source: str) -> str | None:
        """Return the address of what was built from `source` (`app.ts`, `styles/app.css`), None without a
        build.
        """
        found = self.files.get(source)
        return f"/assets/{found}" if found else None

    def shared(self, *sources: str) -> list[str]:
        """Return addresses of the chunks that these scripts import at once, each once, for preloading."""
        chunks = (each for source in sources for each in self.imports.get(source, ()))
        return [f"/assets/{self.files[each]}" for each in dict.fromkeys(chunks)]

    def fonts(self) -> list[str]:
        """Return addresses of the fonts every page needs first."""
        names = [name for name in self.files.values() if name.endswith(".woff2")]
        return [f"/assets/{name}" for wanted in FIRST_FONTS for name in names if wanted in name]

    def beginning(self, *sources: str) -> list[str]:
        """Return addresses of these sources, what they import at once and the files they name, each once."""
        wanted = [*sources, *(each for source in sources for each in self.imports.get(source, ()))]
        named = [f"/assets/{each}" for source in wanted for each in self.beside.get(source, ())]
        found = [*map(self.url, sources), *self.shared(*sources), *named]
        return list(dict.fromkeys(each for each in found if each))


def load_assets() -> Assets:
    """Return the manifest of the build as it lies there now; empty where nothing was built, which the log
    says.
    """
    file = BUILT / "manifest.json"
    try:
        return _read_manifest(file.stat().st_mtime_ns)
    except FileNotFoundError:
        return _read_manifest(None)


@lru_cache(maxsize=1)
def _read_manifest(built_at_ns: int | None) -> Assets:
    """Read the manifest anew when a build put another one in its place."""
    if built_at_ns is None:
        log.warning("the pages' scripts and styles are not built", folder=str(BUILT))
        return Assets()
    text = (BUILT / "manifest.json").read_bytes()
    entries = json.loads(text)
    return Assets(
        files={source: entry["file"] for source, entry in entries.items()},
        imports={source: tuple(entry.get("imports", ())) for source, entry in entries.items()},
        beside={source: tuple(entry.get("assets", ())) for source, entry in entries.items()},
        version=hashlib.sha256(text + _worker()).hexdigest()[:16],
    )


def send_asset(request: Request, name: str) -> Response:
    """Return one built file, compressed as the browser likes it. Raises NotFound."""
    file = BUILT / name
    if "/" in name or name.startswith(".") or name.endswith((".br", ".gz")) or not file.is_file():
        raise NotFound(N_("Không có tệp này."))
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {"cache-control": FOREVER, "vary": "Accept-Encoding"}
    accepted = request.headers.get("accept-encoding", "")
    for coding, ending in _ENCODINGS:
        packed = BUILT / f"{name}{ending}"
        if coding in accepted and packed.is_file():
            return Response(
                packed.read_bytes(), media_type=kind, headers={**headers, "content-encoding": coding}
            )
    return Response(file.read_bytes(), media_type=kind, headers=headers)


def _worker() -> bytes:
    file = BUILT / "sw.js"
    return file.read_bytes() if file.exists() else b""
