"""Quotes and signatures cut off a letter, Vietnamese ones too: somebody's own words are left.

Phrasings other than Gmail's are guesses, collected in the tests' letters.
"""

from __future__ import annotations

import re

_WROTE = re.compile(
    r"^[ \t>]*(?:(?:Vào|Ngày|Lúc)\b[^\n]{0,200}(?:\n[^\n]{0,120}){0,2}?(?:đã viết|viết)\s*:"
    r"|On\b[^\n]{0,200}(?:\n[^\n]{0,120}){0,2}?\bwrote\s*:"
    r"|[^\n]{0,120}(?:đã viết|wrote)\s*:|-{2,}[^\n]{0,200}(?:viết|wrote)\s*-{2,})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_DIVIDER = re.compile(
    r"^[ \t]*[-_*]{2,}\s*(?:Original Message|Original message|Thư gốc|Tin nhắn gốc|Thư ban đầu"
    r"|Forwarded message|Thư đã chuyển tiếp|Tin nhắn được chuyển tiếp|Begin forwarded message)\b[^\n]*$"
    r"|^[ \t]*(?:Bắt đầu thư được chuyển tiếp|Begin forwarded message)[ \t]*:[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_HEAD = re.compile(
    r"^[ \t*]*(?:Từ|From|Người gửi|Đã gửi|Gửi|Ngày gửi|Gửi lúc|Sent|Ngày|Date|Đến|Tới|Người nhận|To|Cc|Chủ đề"
    r"|Tiêu đề|Subject|Trả lời tới|Reply-To)[ \t*]*:[^\n]*$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[ \t]*_{10,}[ \t]*$")
_PHONE = re.compile(
    r"^[ \t]*(?:(?:Đã |Được )?gửi từ\b.{0,60}|Sent from (?:my|Mail|Outlook|Yahoo)\b.{0,60}"
    r"|(?:Tải(?: xuống)?|Lấy|Nhận|Get) Outlook (?:dành )?(?:cho|for)\b.{0,60})$",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^[ \t]*(?:Trân trọng(?: (?:cảm ơn|kính chào|cám ơn))?|Xin (?:chân thành |trân trọng )?(?:cảm|cám) ơn"
    r"|Chân thành cảm ơn|Thân(?: (?:ái|mến))?|Kính thư|Kính chào|(?:Best|Kind|Warm) regards|Regards"
    r"|Sincerely|Cheers|Yours (?:faithfully|sincerely))[ \t!.,;:]*$",
    re.IGNORECASE,
)
_DASHES = re.compile(r"^-- ?$")
MOST_SIGNED = 12
"""Lines of a signature; what is longer is no signature."""


MOST_COURTESY = 12
"""Words above a letter that was handed on which only ask to look at it."""


def own_words(text: str, *, forwarded: bool = False) -> str:
    """Return the words above the quote and without the signature; a letter handed on keeps its body."""
    whole = text.replace("\r\n", "\n").strip()
    cut = unquoted(whole)
    own = unsigned(cut)
    if forwarded and len(own.split()) <= MOST_COURTESY and cut != whole:
        return "\n".join(part for part in (own, unsigned(_below_head(whole[len(cut) :]))) if part)
    if not own and cut != whole:
        return unsigned(_below_quote(whole))
    return own


def unquoted(text: str) -> str:
    """Return the text up to the first mark of a quoted letter."""
    ends = [found.start() for shape in (_WROTE, _DIVIDER) if (found := shape.search(text))]
    at = 0
    lines = text.split("\n")
    for n, line in enumerate(lines):
        head = _HEAD.match(line) is not None
        if head and sum(_HEAD.match(each) is not None for each in lines[n : n + 5]) >= 2:
            ends.append(at)
            break
        if line.startswith(">") or (
            _RULE.match(line) and any(_HEAD.match(each) for each in lines[n + 1 : n + 3])
        ):
            ends.append(at)
            break
        at += len(line) + 1
    return text[: min(ends)].rstrip() if ends else text


def unsigned(text: str) -> str:
    """Return the text without its signature."""
    lines = text.split("\n")
    for n, line in enumerate(lines):
        if _DASHES.match(line):
            lines = lines[:n]
            break
    lines = [line for line in lines if not _PHONE.match(line)]
    for n in range(len(lines) - 1, -1, -1):
        if n and _GREETING.match(lines[n]) and sum(bool(each.strip()) for each in lines[n:]) <= MOST_SIGNED:
            lines = lines[:n]
            break
    return "\n".join(lines).strip()


def _below_quote(text: str) -> str:
    """Return what stands under a quote whose every line is marked: some answer below it."""
    lines = [line for line in _WROTE.sub("", text).split("\n") if not line.lstrip().startswith(">")]
    below = "\n".join(lines).strip()
    return (
        below
        if any(line.lstrip().startswith(">") for line in text.split("\n")) and unquoted(below) == below
        else ""
    )


def _below_head(text: str) -> str:
    """Return a forwarded letter's body: what stands under the lines of its head."""
    lines = [re.sub(r"^[ \t]*>[> \t]?", "", line) for line in text.lstrip("\n").split("\n")]
    while lines and (
        not lines[0].strip()
        or _HEAD.match(lines[0])
        or _DIVIDER.match(lines[0])
        or _WROTE.match(lines[0])
        or _RULE.match(lines[0])
    ):
        lines.pop(0)
    return unquoted("\n".join(lines).strip())
