"""Letters as mail programmes write them, for the tests."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from PIL import Image

CITY, LAN = "dttm@hue.example", "lan@example.org"


def photo(number: int) -> bytes:
    """A photo as a phone takes it, though small; each number another one."""
    data = io.BytesIO()
    Image.new("RGB", (400, 300), (number * 40 % 255, 90, 120)).save(
        data, "JPEG", comment=f"{number}".encode()
    )
    return data.getvalue()


def write(
    text: str = "",
    subject: str = "",
    *,
    sender: str = f"Lan <{LAN}>",
    html: str = "",
    to: str = CITY,
    headers: Mapping[str, str] | None = None,
    files: Mapping[str, bytes] | None = None,
    inline: bytes = b"",
) -> EmailMessage:
    """A letter; `files` by name, the type of each as careless programmes give it."""
    message = EmailMessage()
    message["From"], message["To"] = sender, to
    if subject:
        message["Subject"] = subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain="example.org")
    for name, value in (headers or {}).items():
        del message[name]
        if value:
            message[name] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name, data in (files or {}).items():
        subtype = "pdf" if name.endswith(".pdf") else "ms-tnef" if name == "winmail.dat" else "octet-stream"
        message.add_attachment(data, maintype="application", subtype=subtype, filename=name)
    if inline:
        message.add_attachment(inline, maintype="image", subtype="png", cid="<logo@x>", disposition="inline")
    return message
