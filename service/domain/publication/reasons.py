"""Test of a written reason for being that personal data is shown."""

from __future__ import annotations

import re

from service.domain.kernel.texts import fold

_PRIVATE = re.compile(
    r"(?:thong tin|du lieu|hinh anh|anh) (?:cua )?(?:ca nhan|rieng tu|doi tu)|rieng tu|doi tu"
    r"|\b(?:so )?(?:cccd|cmnd|can cuoc(?: cong dan)?)\b|bi mat ca nhan"
    r"|personal (?:data|information|details)|\bprivacy\b|private (?:data|information)"
)


def names_privacy(reason: str) -> bool:
    """Return whether the reason speaks of personal data, in Vietnamese (with or without marks) or English."""
    return bool(_PRIVATE.search(fold(reason)))
