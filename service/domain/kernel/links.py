"""Addresses of web pages in what citizens wrote, made so that no mail program turns them into a link."""

from __future__ import annotations

import re

# Mail programs link what has a scheme, what begins with www., and names under well-known top-level domains.
_TOP = (
    r"(?:com|vn|net|org|edu|gov|info|biz|io|me|co|xyz|online|site|top|link|shop|app|dev|page|club|vip|cc|ly|gl"
    r"|gg|tk|ru|cn|example|test)"
)
_REST = r"[^\s<>\"“”]"
_LINK = re.compile(
    rf"(?:[a-z][a-z0-9+.\-]{{1,20}}://|www\.){_REST}+"
    rf"|(?<![\w@])(?:[\w\-]+\.)+{_TOP}(?![\w])(?:[/?#:]{_REST}*)?",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"^[a-z][a-z0-9+.\-]*://", re.IGNORECASE)


def defuse_links(text: str) -> str:
    """Return the text with web addresses readable but not live: no scheme, `[.]` for dots."""
    return _LINK.sub(lambda found: _SCHEME.sub("", found[0]).replace("://", " ").replace(".", "[.]"), text)
