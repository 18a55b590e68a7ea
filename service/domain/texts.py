"""Text that people type: tidied before it is stored, folded before it is compared."""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_GAPS = re.compile(r"[ \t\u00a0]+")


def tidy(text: str) -> str:
    """Composed letters (NFC), no control or direction marks, single spaces, no space at the ends."""
    plain = _UNSEEN.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))
    return _GAPS.sub(" ", plain).strip()


def fold(text: str) -> str:
    """Lower case without Vietnamese marks, for comparing: `Thuận Hoá` → `thuan hoa`."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c)))
