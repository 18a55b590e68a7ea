"""Reading an uploaded plan, in a child process without secrets. Blocking: use a thread."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from service.domain.plans.imports.blocks import Content, FileRefused, from_json
from service.errors import AppError, Invalid, TooLarge, UnsupportedMedia
from service.i18n import N_

MAX_BYTES = 10 << 20
MAX_LETTERS = 1_000_000
WAIT_S = 60
_ROOT = Path(__file__).parents[2]
_KEPT = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "TMPDIR")

_WHY: dict[str, tuple[type[AppError], str]] = {
    "kind": (
        UnsupportedMedia,
        N_("Chỉ nhận tệp Word (.docx), Excel (.xlsx) hoặc .csv. Cũng có thể dán bảng vào ô bên dưới."),
    ),
    "old_word": (
        UnsupportedMedia,
        N_("Đây là tệp Word hoặc Excel kiểu cũ. Hãy mở bằng Word, lưu thành .docx rồi gửi lại."),
    ),
    "open_document": (
        UnsupportedMedia,
        N_("Đây là tệp LibreOffice (.odt, .ods). Hãy mở tệp, lưu thành .docx hoặc .xlsx rồi gửi lại."),
    ),
    "password": (
        UnsupportedMedia,
        N_("Tệp có mật khẩu. Hãy bỏ mật khẩu trong Word rồi gửi lại, hoặc dán bảng vào ô bên dưới."),
    ),
    "macros": (
        UnsupportedMedia,
        N_("Tệp có macro nên không được nhận. Hãy lưu thành .docx (không có macro) rồi gửi lại."),
    ),
    "pdf": (
        UnsupportedMedia,
        N_("Không nhận tệp PDF. Hãy gửi bản Word (.docx), hoặc chép bảng rồi dán vào ô bên dưới."),
    ),
    "picture": (
        UnsupportedMedia,
        N_("Đây là ảnh, không có chữ để đọc. Hãy gửi bản Word (.docx) có bảng nhiệm vụ."),
    ),
    "too_large": (
        TooLarge,
        N_("Tệp quá lớn. Tối đa 10 MB, giải nén 20 MB. Hãy bỏ ảnh trong tệp rồi gửi lại."),
    ),
    "unpacked": (
        TooLarge,
        N_("Tệp quá lớn. Tối đa 10 MB, giải nén 20 MB. Hãy bỏ ảnh trong tệp rồi gửi lại."),
    ),
    "long": (TooLarge, N_("Nội dung dán vào quá dài. Hãy chỉ dán bảng nhiệm vụ.")),
    "rows": (
        TooLarge,
        N_("Bảng có {rows} dòng, mỗi kế hoạch nhận tối đa {most} dòng. Hãy chia thành nhiều kế hoạch."),
    ),
    "empty": (Invalid, N_("Hãy chọn tệp Word, Excel hoặc dán bảng nhiệm vụ.")),
    "no_words": (
        Invalid,
        N_("Không có chữ trong bảng: có thể bảng là ảnh chụp. Hãy gửi bản Word có bảng gõ bằng chữ."),
    ),
    "prose": (
        Invalid,
        N_(
            "Không thấy bảng nhiệm vụ nào: kế hoạch này viết thành lời. "
            "Hãy lập bảng có các cột công việc, chủ trì, thời gian rồi gửi lại."
        ),
    ),
    "headings": (
        Invalid,
        N_(
            "Không thấy bảng nào có cột công việc cùng cột chủ trì hoặc thời gian. "
            "Hãy ghi tên các cột ở dòng đầu của bảng rồi gửi lại."
        ),
    ),
    "broken": (Invalid, N_("Không đọc được tệp này. Hãy mở bằng Word, lưu lại thành .docx rồi gửi lại.")),
}


def read_plan_file(name: str, data: bytes) -> Content:
    """Return the blocks of a Word file, a workbook, a page or a text. Raises UnsupportedMedia, TooLarge,
    Invalid.
    """
    if not data:
        raise plan_refusal(FileRefused("empty"))
    if len(data) > MAX_BYTES:
        raise plan_refusal(FileRefused("too_large"))
    environment = {key: os.environ[key] for key in _KEPT if key in os.environ}
    # Only the ending of the name is of use, and nothing of it reaches a path or a shell.
    command = [
        sys.executable,
        "-m",
        "service.planfile.child",
        f"plan{Path(name).suffix[:9].lower()}",
        str(os.getpid()),
    ]
    try:
        ended = subprocess.run(
            command, input=data, capture_output=True, cwd=_ROOT, env=environment, timeout=WAIT_S, check=False
        )
        answer: dict[str, Any] = json.loads(ended.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        raise plan_refusal(FileRefused("broken")) from None
    if why := answer.pop("refused", None):
        raise plan_refusal(FileRefused(why, **answer))
    return from_json(answer)


def read_pasted(text: str) -> Content:
    """Return the blocks of what was pasted: plain text, or a page's source. Raises TooLarge, Invalid."""
    if len(text) > MAX_LETTERS:
        raise plan_refusal(FileRefused("long"))
    if not text.strip():
        raise plan_refusal(FileRefused("empty"))
    return read_plan_file("plan.html" if "<table" in text.lower() else "plan.txt", text.encode())


def plan_refusal(refused: FileRefused) -> AppError:
    """Return the error for a word that the readers said."""
    kind, sentence = _WHY.get(refused.why, _WHY["broken"])
    params: dict[str, Any] = dict(refused.facts)
    return kind(sentence, **params)
