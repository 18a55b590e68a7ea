"""The program that reads one document and ends: `python -m service.planfile.child NAME PARENT`.

The file comes on standard input; one line of JSON goes out: `refused`, or the blocks of the document.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable, Mapping

from service.domain.kernel.formats.csv_text import decode_text
from service.domain.plans.imports.blocks import Content, FileRefused, to_json
from service.domain.plans.imports.readers.docx_file import read_docx
from service.domain.plans.imports.readers.html_page import read_html_page
from service.domain.plans.imports.readers.packages import MAX_UNPACKED, Kind, file_kind
from service.domain.plans.imports.readers.plain_text import read_text
from service.domain.plans.imports.readers.xlsx_file import read_xlsx
from service.ops.confinement import confine_process, end_with, leave_network

MEMORY_BYTES = 1 << 30
CPU_S = 30
READERS: Mapping[Kind, Callable[[bytes], Content]] = {
    "docx": read_docx,
    "xlsx": read_xlsx,
    "html": lambda data: read_html_page(_decoded(data)),
    "text": lambda data: read_text(_decoded(data)),
}


def main() -> None:
    """Limit this process before it reads the first byte, then answer what it is asked."""
    end_with(int(sys.argv[2]))
    leave_network()
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
    return to_json(READERS[file_kind(name, data)](data))


def _decoded(data: bytes) -> str:
    try:
        return decode_text(data)
    except ValueError:
        raise FileRefused("broken") from None


if __name__ == "__main__":
    main()
