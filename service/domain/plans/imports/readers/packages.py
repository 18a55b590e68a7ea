"""Kinds of uploaded files, by their bytes: a Word or Excel package that may be opened, or why not."""

from __future__ import annotations

import io
import zipfile
from typing import Literal

from service.domain.plans.imports.blocks import FileRefused

MAX_UNPACKED = 20 << 20
MOST_PARTS = 2000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*", b"RIFF")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument"
_MACROS = ("vbaproject.bin", "vbadata.xml")

Kind = Literal["docx", "xlsx", "html", "text"]


def file_kind(name: str, data: bytes) -> Kind:
    """Return what the file is. Raises FileRefused with the word that says why it is not taken."""
    if data.startswith(_OLE):
        raise FileRefused("password" if has_password(data) else "old_word")
    if data.startswith(b"{\\rtf"):
        raise FileRefused("old_word")
    if data.startswith(b"%PDF"):
        raise FileRefused("pdf")
    if data.startswith(_PICTURES) or data[4:12] in (b"ftypheic", b"ftypmif1"):
        raise FileRefused("picture")
    if data.startswith(b"PK"):
        return _package(data)
    ending = name.lower().rpartition(".")[2]
    if ending in ("htm", "html"):
        return "html"
    if ending in ("txt", "tsv", "csv"):
        return "text"
    raise FileRefused("broken" if ending in ("docx", "xlsx") else "kind")


def has_password(data: bytes) -> bool:
    """Return whether this is a document of Word or Excel that a password encrypts."""
    return data.startswith(_OLE) and _ENCRYPTED in data


def _package(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise FileRefused("unpacked")
            names = {part.filename.lower() for part in parts}
            if any(part.flag_bits & 1 for part in parts):
                raise FileRefused("password")
            types = archive.read("[Content_Types].xml") if "[content_types].xml" in names else b""
            mimetype = archive.read("mimetype") if "mimetype" in names else b""
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError, KeyError):
        raise FileRefused("broken") from None
    if any(name.endswith(_MACROS) for name in names) or b"macroEnabled" in types:
        raise FileRefused("macros")
    if "word/document.xml" in names or b"wordprocessingml.document.main" in types:
        return "docx"
    if "xl/workbook.xml" in names or b"spreadsheetml.sheet.main" in types:
        return "xlsx"
    raise FileRefused("open_document" if mimetype.startswith(_OPEN_DOCUMENT) else "kind")
