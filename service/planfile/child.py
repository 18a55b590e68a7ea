"""The program that reads one document and ends: `python -m service.planfile.child NAME PARENT`.

The file comes on standard input; one line of JSON goes out: `refused`, or the blocks of the document.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys

from service.domain.plans.importing.blocks import FileRefused, to_json
from service.domain.plans.importing.readers.packages import MAX_UNPACKED, file_kind
from service.ops.confinement import confine_process, end_with, leave_network

MEMORY_BYTES = 1 << 30
CPU_S = 30
READERS = {
    "docx": ("service.domain.plans.importing.readers.docx_file", "read_docx"),
    "xlsx": ("service.domain.plans.importing.readers.xlsx_file", "read_xlsx"),
    "html": ("service.domain.plans.importing.readers.html_page", "read_html"),
    "text": ("service.domain.plans.importing.readers.plain_text", "read_text"),
}


def main() -> None:
    """Limits itself before it reads the first byte."""
    end_with(int(sys.argv[2]))
    leave_network()
    for module, _ in READERS.values():
        importlib.import_module(module)  # before nothing can be opened any more
    limits = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_CPU: CPU_S,
        resource.RLIMIT_FSIZE: MAX_UNPACKED,
    }
    confine_process(limits, may_open=True)  # python-docx reads its own templates by a path
    try:
        answer = read_blocks(sys.argv[1], sys.stdin.buffer.read())
    except FileRefused as refused:
        answer = {"refused": refused.why, **refused.facts}
    sys.stdout.write(json.dumps(answer) + "\n")


def read_blocks(name: str, data: bytes) -> dict[str, object]:
    """Return the blocks of a document, as JSON. Raises FileRefused."""
    kind = file_kind(name, data)
    module, reader = READERS[kind]
    read = getattr(importlib.import_module(module), reader)
    return to_json(read(_decoded(data) if kind in ("html", "text") else data))


def _decoded(data: bytes) -> str:
    """Return a text file's words: UTF-8, or UTF-16 as Excel saves its “Unicode text”."""
    for coding in ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1258"):
        try:
            return data.decode(coding)
        except UnicodeDecodeError:
            continue
    raise FileRefused("broken")


if __name__ == "__main__":
    main()
