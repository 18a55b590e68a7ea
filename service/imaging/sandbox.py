"""Decoding in a child process of its own, so that a hostile file costs at most that child.

What a file can do to a decoder written in C (endless work, gigabytes, a crash) ends there; the child has no
secrets in its environment, cannot open anything, and is killed with its parent. Blocking: call it from a
thread or a worker, one or two at a time.
"""

import json
import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from service.imaging.child import READY
from service.imaging.decode import recognise_format
from service.imaging.exif import Evidence
from service.imaging.inspection import PhotoInspection
from service.imaging.logo import LogoPicture
from service.imaging.refusal import PhotoRefused, Reason
from service.imaging.render import Version, Versions
from service.imaging.sniff import Format

WAIT_S = 60
_ROOT = Path(__file__).parents[2]
_KEPT = (
    "PATH",
    "LD_LIBRARY_PATH",
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONPYCACHEPREFIX",
    "PYTHONDONTWRITEBYTECODE",
    "VIRTUAL_ENV",
    "TMPDIR",
)
_ENDED_FROM_OUTSIDE = {signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT}


class SandboxFailed(Exception):
    """The child could not do its work for a reason that is not the file's; it may be tried again."""


def inspect_in_child(data: bytes) -> PhotoInspection:
    """Return `inspection.inspect_photo` in a child. Raises PhotoRefused, SandboxFailed."""
    looks_like = recognise_format(data)  # most refusals need no process
    facts, _ = _run("inspect", looks_like, data)
    evidence = dict(facts["evidence"])
    if evidence["taken_at"]:
        evidence["taken_at"] = datetime.fromisoformat(evidence["taken_at"])
    return PhotoInspection(Format(facts["format"]), facts["width"], facts["height"], Evidence(**evidence))


def render_in_child(data: bytes) -> Versions:
    """Return `render.render` in a child. Raises PhotoRefused, SandboxFailed."""
    facts, (full, thumbnail) = _run("render", recognise_format(data), data)
    return Versions(Version(full, *facts["full"]), Version(thumbnail, *facts["thumbnail"]))


def logo_in_child(data: bytes) -> LogoPicture:
    """Return `logo.draw_logo` in a child. Raises PhotoRefused, SandboxFailed."""
    facts, (picture,) = _run("logo", recognise_format(data), data)
    return LogoPicture(picture, *facts["size"])


def _run(job: str, looks_like: Format, data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    command = [sys.executable, "-m", "service.imaging.child", job, looks_like, str(os.getpid())]
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        ended = subprocess.run(
            command, input=data, capture_output=True, cwd=_ROOT, env=environment, timeout=WAIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SandboxFailed(str(error)) from error
    return _answer(ended)


def _answer(ended: subprocess.CompletedProcess[bytes]) -> tuple[dict[str, object], list[bytes]]:
    if ended.returncode:
        raise _failure(ended)
    line, _, rest = ended.stdout.removeprefix(READY).partition(b"\n")
    facts = json.loads(line)
    if "refused" in facts:
        raise PhotoRefused(Reason(facts["refused"]), facts["detail"])
    blobs = []
    for length in facts["blobs"]:
        blobs.append(rest[:length])
        rest = rest[length:]
    return facts, blobs


def _failure(ended: subprocess.CompletedProcess[bytes]) -> Exception:
    """Return the failure that a decoder's end means:
    a crash or its time used up speaks against the file, anything else does not.
    """
    message = f"exit {ended.returncode}: {ended.stderr[-500:].decode(errors='replace')}"
    crashed = ended.returncode < 0 and -ended.returncode not in _ENDED_FROM_OUTSIDE
    if crashed and ended.stdout.startswith(READY):
        return PhotoRefused(Reason.BROKEN, message)
    return SandboxFailed(message)
