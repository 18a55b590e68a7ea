"""List of leaked passwords of the installation, and the search in it.

The file holds plain passwords, one a line, or SHA-1 hashes in hexadecimal (whole or their beginnings, with or
without a count after a colon). A very large one has to be whole hashes in order and is searched where it is.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from service.domain.people.passwords import common_password_refusal, comparable_password

_HASH = re.compile(rb"[0-9A-Fa-f]{10,40}")
MOST_IN_MEMORY = 32 * 1024 * 1024


def refuse_breached(password: str, listed: Path | None) -> None:
    """Raises Invalid for a password on the list, OSError for a list that cannot be read."""
    if listed is not None and is_breached(password, listed):
        raise common_password_refusal(["password"])


def is_breached(password: str, listed: Path) -> bool:
    """Return whether the list has the password, as typed or in small letters."""
    found = listed.stat()
    size, changed = found.st_size, int(found.st_mtime)
    digest = (
        hashlib.sha1(password.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest().upper()
    )
    if size > MOST_IN_MEMORY:
        return _in_sorted(listed, digest.encode(), size)
    words, hashes, lengths = _read(listed, size, changed)
    return comparable_password(password) in words or any(digest[:length] in hashes for length in lengths)


@lru_cache(maxsize=2)
def _read(listed: Path, _size: int, _changed: int) -> tuple[frozenset[str], frozenset[str], frozenset[int]]:
    """Return plain passwords, hashes, and how long hashes are."""
    words, hashes = set(), set()
    for line in listed.read_bytes().splitlines():
        entry = line.strip().partition(b":")[0]
        if _HASH.fullmatch(entry) and not entry.isdigit():
            hashes.add(entry.decode().upper())
        if line.strip():
            words.add(comparable_password(line.strip().decode("utf-8", "replace")))
    return frozenset(words), frozenset(hashes), frozenset(len(each) for each in hashes)


def _in_sorted(listed: Path, digest: bytes, size: int) -> bool:
    """Looks in the middle, and in the middle of what is left."""
    with listed.open("rb") as file:
        low, high = 0, size
        while low < high:
            middle = (low + high) // 2
            file.seek(middle)
            if middle:
                file.readline()  # the rest of a line
            line = file.readline()
            if not line or line[:40].upper() > digest:
                high = middle
            elif line[:40].upper() == digest:
                return True
            else:
                low = middle + 1
        file.seek(0)
        return file.readline()[:40].upper() == digest
