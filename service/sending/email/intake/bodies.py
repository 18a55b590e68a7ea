"""Text of a letter: the plain part, else what the HTML says, in whatever charset it came."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from email.message import EmailMessage, Message

from lxml import etree, html

MOST_TEXT = 200_000
MOST_PARTS = 60
MOST_DEPTH = 2
"""Letters inside letters that are looked into."""

_FALLBACKS = ("utf-8", "windows-1258", "latin-1")
_OF_ONE_BYTE = frozenset({"latin-1", "latin1", "us-ascii", "ascii", "cp1252", "cp1258"})
_MOJIBAKE = re.compile(r"[µ¸¹·¶¨©ª«¬®øïûñöåäëØÏÛÑÖÅÄË]|Ã[¡-¿]|á[º»]|\ufffd")
_BLOCKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "pre", "hr"})
_CELLS = frozenset({"td", "th"})
_UNSEEN = frozenset({"script", "style", "head", "title", "img", "object", "svg"})
_QUOTED = (
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' gmail_quote ')]",
    "//*[@id='divRplyFwdMsg' or @id='appendonsend']/following-sibling::*",
    "//*[@id='divRplyFwdMsg' or @id='appendonsend']",
    "//blockquote[@type='cite']",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' zmail_extra ')]",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' gmail_signature ')]",
)


def letter_parts(message: Message, depth: int = 0) -> Iterator[EmailMessage]:
    """Yield the leaves of a letter in order, also those of letters inside it down to a limit."""
    kind = message.get_content_type()
    if kind == "message/rfc822" or message.is_multipart():
        if kind == "message/rfc822" and depth >= MOST_DEPTH:
            return
        inner = message.get_payload()
        for each in inner if isinstance(inner, list) else ():
            if isinstance(each, Message):
                yield from letter_parts(each, depth + (kind == "message/rfc822"))
        return
    if isinstance(message, EmailMessage):
        yield message


def is_text(part: EmailMessage) -> bool:
    """Return whether a part is words to read, and no file."""
    return part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment"


def text_of(parts: list[EmailMessage], *, keep_quotes: bool = False) -> str:
    """Return the words of a letter; the HTML's where the plain part says nothing."""
    plain = [decoded(part) for part in parts if is_text(part) and part.get_content_subtype() == "plain"]
    text = "\n".join(each for each in plain if each.strip())
    if not text.strip():
        pages = [decoded(part) for part in parts if is_text(part) and part.get_content_subtype() == "html"]
        text = "\n".join(html_text(page, keep_quotes=keep_quotes) for page in pages)
    return text[:MOST_TEXT]


def decoded(part: EmailMessage) -> str:
    """Return a part's text in composed letters; unknown charsets are tried as those in use here."""
    data = part.get_payload(decode=True)
    raw = data if isinstance(data, bytes) else b""
    named = str(part.get_param("charset", "") or "").strip("'\" ").lower()
    # Text in UTF-8 is hardly ever anything else, and programmes that say so are often wrong.
    first = (
        ("utf-8", named)
        if named in _OF_ONE_BYTE or named.startswith(("iso-8859-", "windows-125"))
        else (named,)
    )
    for charset in (*first, *_FALLBACKS):
        try:
            return unicodedata.normalize("NFC", raw.decode(charset)).replace("\r\n", "\n").replace("\0", "")
        except (LookupError, UnicodeDecodeError):
            continue
    return ""


def html_text(page: str, *, keep_quotes: bool = False) -> str:
    """Return the words of a page; nothing it points to is fetched."""
    try:
        tree = html.document_fromstring(
            page[: 5 * MOST_TEXT].encode(), parser=html.HTMLParser(encoding="utf-8")
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""
    if not keep_quotes:
        for path in _QUOTED:
            for each in tree.xpath(path):
                if each.getparent() is not None:
                    each.drop_tree()
    lines = "".join(_spoken(tree))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t\u00a0]+", " ", lines)).strip()


def is_mojibake(text: str) -> bool:
    """Return whether words look like TCVN3, VNI or UTF-8 read as Latin: a person has to read them. Guess."""
    found, letters = len(_MOJIBAKE.findall(text)), sum(letter.isalpha() for letter in text)
    return found >= 4 and found * 12 > letters


def _spoken(tree: html.HtmlElement) -> Iterator[str]:
    """Yield the words in order, with a new line around each block; walked without recursion."""
    for action, node in etree.iterwalk(tree, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if action == "start":
            if tag in _BLOCKS or tag in _CELLS:
                yield "\n" if tag in _BLOCKS else " "
            if node.text and tag and tag not in _UNSEEN:
                yield re.sub(r"\s+", " ", node.text) if tag != "pre" else node.text
        else:
            if tag in _BLOCKS and tag != "br":
                yield "\n"
            if node.tail and node is not tree:
                yield re.sub(r"\s+", " ", node.tail)
