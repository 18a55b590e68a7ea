"""Copies of Word files and workbooks that are kept with a plan: without who wrote them, and without paths of
somebody's computer. Only for files that the child process has read: their size is known there.
"""

from __future__ import annotations

import io
import re
import zipfile

_PACKAGE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_EMPTY = {
    "docprops/core.xml": f'<cp:coreProperties xmlns:cp="{_PACKAGE}"/>'.encode(),
    "docprops/app.xml": f'<Properties xmlns="{_OFFICE}/extended-properties"/>'.encode(),
    "docprops/custom.xml": f'<Properties xmlns="{_OFFICE}/custom-properties"/>'.encode(),
}
_PATHS = re.compile(
    rb"(<(?:w:t|w:instrText|t)(?: [^<>]*)?>)[^<]*(?:\b[A-Za-z]:\\|\\\\\w)[^<]*(</(?:w:t|w:instrText|t)>)"
)
_AUTHORS = re.compile(rb'(\bw:(?:author|initials)=)"[^"]*"')
_TEXTS = ("word/", "xl/sharedstrings", "xl/worksheets/", "xl/comments")


def cleaned_package(data: bytes) -> bytes:
    """Return the package with empty properties, no names of authors, no paths in its words."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as known, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for part in known.infolist():
            name = part.filename.lower()
            body = _EMPTY.get(name)
            if body is None:
                body = known.read(part)
                if name.endswith(".xml") and name.startswith(_TEXTS):
                    body = _AUTHORS.sub(rb'\1""', _PATHS.sub(rb"\1\2", body))
            made.writestr(part.filename, body)
    return out.getvalue()
