"""The program that decodes one stranger's file and ends.

Run as `python -m service.imaging.child inspect|render|logo FORMAT PARENT`: what the
file looks like, and the process id of who starts it.

The file comes on standard input. On standard output: a line that says the program is up, a line of JSON
(`refused`, or the facts with the lengths of the blobs that follow), the blobs. `sandbox` reads it.
"""

import importlib
import json
import resource
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from service.imaging.refusal import MAX_BYTES, PhotoRefused
from service.imaging.sniff import Format
from service.ops.confinement import confine_process, end_with, leave_network

READY = b"ready\n"
MEMORY_BYTES = 1 << 30
CPU_S = 30

Answer = tuple[dict[str, Any], list[bytes]]


def main() -> None:
    """Limit this process before it reads the first byte;
    an exception that is no refusal is a bug and ends it.
    """
    end_with(int(sys.argv[3]))
    leave_network()
    job = JOBS[sys.argv[1]]()
    import_decoders(sys.argv[2])
    confine_decoder()
    _write(READY)
    try:
        facts, blobs = job(sys.stdin.buffer.read(MAX_BYTES + 1))
    except PhotoRefused as refused:
        facts, blobs = {"refused": refused.reason, "detail": refused.detail[:300]}, []
    facts["blobs"] = [len(blob) for blob in blobs]
    _write(json.dumps(facts).encode() + b"\n", *blobs)


def import_decoders(name: str) -> None:
    """Import the decoders that photos need, HEIC's only for a file that looks like it: that takes 40 ms.

    Pillow would look through all its forty for the one that it was not given; and
    from `confine_decoder` on no bytecode can be kept, so what is imported later is compiled for every photo.
    """
    from PIL import Image

    Image.preinit()
    modules = ["PIL.TiffImagePlugin", "PIL.WebPImagePlugin"]  # the first reads EXIF
    for module in [*modules, *(["pillow_heif"] if name == Format.HEIC else [])]:
        importlib.import_module(module)


def confine_decoder() -> None:
    """Limit this process to MEMORY_BYTES and CPU_S; it opens nothing any more, no file, socket or other
    process's environment; no core dump, behind everybody else's work.
    """
    limits = {resource.RLIMIT_AS: MEMORY_BYTES, resource.RLIMIT_CPU: CPU_S, resource.RLIMIT_FSIZE: 0}
    confine_process(limits, may_open=False)


def _inspect() -> Callable[[bytes], Answer]:
    from service.imaging.inspection import inspect_photo

    def job(data: bytes) -> Answer:
        found = inspect_photo(data)
        evidence = asdict(found.evidence)
        if found.evidence.taken_at:
            evidence["taken_at"] = found.evidence.taken_at.isoformat()
        return {**asdict(found), "evidence": evidence}, []

    return job


def _render() -> Callable[[bytes], Answer]:
    from service.imaging.render import render

    def job(data: bytes) -> Answer:
        made = render(data)
        sizes = {"full": made.full, "thumbnail": made.thumbnail}
        facts = {name: [version.width, version.height] for name, version in sizes.items()}
        return facts, [version.data for version in sizes.values()]

    return job


def _logo() -> Callable[[bytes], Answer]:
    from service.imaging.logo import draw_logo

    def job(data: bytes) -> Answer:
        made = draw_logo(data)
        return {"size": [made.width, made.height]}, [made.data]

    return job


JOBS: Mapping[str, Callable[[], Callable[[bytes], Answer]]] = {
    "inspect": _inspect,
    "render": _render,
    "logo": _logo,
}


def _write(*parts: bytes) -> None:
    for part in parts:
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
