"""Building the islands and the style sheet (npm ci, vite build) when what they are made of has changed."""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from service.local.islands.node import Node, find_or_fetch
from service.problems import SetupError

SERVICE = Path(__file__).resolve().parents[2]
ISLANDS = SERVICE / "islands"
ICONS = SERVICE / "static" / "icons"
BUILT = SERVICE / "static" / "built"
_CLUTTER = re.compile(r"\x1b\[[0-9;]*m|^ +at .*\n", re.MULTILINE)
"""Colours that the bundler writes also where nobody sees them, and where in itself it stumbled."""

_UNREAD = {"node_modules", ".node", "testing", "vitest.config.ts"}


def ensure_built(say: Callable[[str], None] = print, *, quick: bool = False) -> Path:
    """Return the folder of built assets, made first where its sources changed; `say` is told of what takes
    time. With `quick` nothing is compressed, which is for who works on the sources: 3 s in place of 10.

    An installed distribution brings the folder ready and no sources. Raises SetupError with npm's words.
    """
    if not (ISLANDS / "package.json").exists():
        return BUILT
    whole = digest_of(_sources())
    wanted = f"quick {whole}" if quick else whole  # what is not compressed is not enough for others
    enough = {wanted, whole}
    if _stamped(BUILT) in enough:
        return BUILT
    with _alone():
        if _stamped(BUILT) in enough:  # another process built it while we waited
            return BUILT
        node = find_or_fetch(ISLANDS / ".node", say)
        _install(node, say)
        say("Building the pages' scripts and styles")
        _bundle(node, wanted, quick=quick)
    return BUILT


def build_or_tell(*, quick: bool) -> None:
    """Run `ensure_built` as a program: what went wrong is printed as a sentence, with status 1."""
    try:
        ensure_built(quick=quick)
    except SetupError as problem:
        raise SystemExit(str(problem)) from None


def readable(output: str) -> str:
    """Return what npm printed without colours and without its own call stack."""
    return _CLUTTER.sub("", output)


def digest_of(files: list[Path]) -> str:
    """Return one digest of the files' names and contents."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(SERVICE)}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _bundle(node: Node, stamp: str, *, quick: bool) -> None:
    """Built elsewhere and then put in place whole: a server that runs never sees half of it. What a build
    that was killed leaves lies among the libraries, where nobody serves or counts it; the next removes it.
    """
    fresh, old = (ISLANDS / "node_modules" / name for name in (".built-new", ".built-old"))
    shutil.rmtree(fresh, ignore_errors=True)
    _npm(node, "run", "--silent", "bundle", ISLANDS_OUT=str(fresh), ISLANDS_QUICK="1" if quick else "")
    _stamp(fresh, stamp)
    shutil.rmtree(old, ignore_errors=True)
    if BUILT.exists():
        BUILT.rename(old)
    fresh.rename(BUILT)
    shutil.rmtree(old, ignore_errors=True)


def _install(node: Node, say: Callable[[str], None]) -> None:
    wanted = digest_of([ISLANDS / "package.json", ISLANDS / "package-lock.json"])
    modules = ISLANDS / "node_modules"
    if _stamped(modules) == wanted:
        return
    say("Fetching the pages' libraries (npm ci, about 15 s, once)")
    _npm(node, "ci", "--silent")
    _stamp(modules, wanted)


def _npm(node: Node, *arguments: str, **environment: str) -> None:
    done = subprocess.run(
        [*node.npm, *arguments],
        cwd=ISLANDS,
        env={**node.environment(), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = readable(done.stdout + done.stderr)[-4000:]
        raise SetupError(f"npm {' '.join(arguments)} failed:\n{said}")


def _sources() -> list[Path]:
    found = [path for path in (*_walk(ISLANDS), *ICONS.glob("*.svg")) if path.is_file()]
    return sorted(found)


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name not in _UNREAD and not path.name.startswith(".stamp") and ".test." not in path.name:
            yield from _walk(path) if path.is_dir() else (path,)


def _stamped(folder: Path) -> str | None:
    file = folder / ".stamp"
    return file.read_text() if file.exists() else None


def _stamp(folder: Path, digest: str) -> None:
    (folder / ".stamp").write_text(digest)


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock by which one build at a time runs on this machine."""
    with (ISLANDS / ".stamp-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
