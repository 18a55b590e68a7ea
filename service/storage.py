"""Storage of files: a folder, a bucket or memory behind one interface. Which keys exist, the domain decides.

`original/…` is private: no route to the public reads it. `public/…` is for anyone who has the name.
`partial/…` holds what has come of a photo that is still being sent, `basemap/…` the background of the maps,
`open/…` the files of open data.
"""

from __future__ import annotations

import heapq
import os
import re
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, ObjectStore, S3Store

from service.errors import Unavailable
from service.i18n import N_

if TYPE_CHECKING:
    from obstore import BytesStream, ObjectMeta
    from obstore.store import ClientConfig, RetryConfig

ORIGINAL, PUBLIC, PARTIAL, BASEMAP, OPEN = "original/", "public/", "partial/", "basemap/", "open/"
CHUNK_BYTES = 256 * 1024
_KEY = re.compile(r"(original|public|partial|basemap|open)(/[A-Za-z0-9_-]{1,80}){1,4}\.[a-z0-9]{2,7}")
_STAGED = re.compile(r".+#\d+")
"""What a file is called in a folder until all of it is there; a listing does not tell of it."""
_FULL = re.compile(r"os error (28|122)\b|No space left|Disk quota exceeded|StorageFull|QuotaExceeded")
_RETRY: RetryConfig = {"max_retries": 2, "retry_timeout": timedelta(seconds=10)}
_TIMEOUTS: ClientConfig = {"connect_timeout": timedelta(seconds=3), "timeout": timedelta(seconds=30)}
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")


class StorageUnavailable(Unavailable):
    """The store does not answer or refuses; nothing was kept. It may be tried again."""

    retry_after_s = 30

    def __init__(self, why: str) -> None:
        super().__init__(
            N_("Kho ảnh tạm thời không dùng được. Hãy gửi lại ảnh sau ít phút."),
            headers={"Retry-After": str(self.retry_after_s)},
        )
        self.why = why


class StorageFull(StorageUnavailable):
    """The disk or quota is used up; someone must make room."""

    status, code, title = 507, "storage_full", N_("Kho ảnh đã đầy")
    retry_after_s = 300


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as a listing tells it: its key, its size in bytes, when it was written."""

    key: str
    size: int
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored file being read: its size in bytes and its content in pieces."""

    size: int
    chunks: AsyncIterator[bytes]


class Storage:
    """Files by key. Writing is atomic and, in a folder, on the disk when `put` returns.

    Every method raises StorageUnavailable (StorageFull where room is lacking), and ValueError for a key
    that is not of the form `original/…`, `public/…`, `partial/…`, `basemap/…` or `open/…`.
    """

    def __init__(self, url: str, **s3: object) -> None:
        """Open `file:///folder`, `memory:` or `s3://bucket/prefix`; keys and endpoint of S3 come from the
        usual `AWS_…` variables, or from `s3` (obstore's S3Config). Raises ValueError for any other address.
        """
        self._folder: Path | None = None
        self._store = self._open(url, s3)

    def _open(self, url: str, s3: dict[str, Any]) -> ObjectStore:
        parts = urlsplit(url)
        if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/"):
            self._folder = Path(unquote(parts.path))
            with _telling():
                return LocalStore(self._folder, mkdir=True)
        if parts.scheme == "s3" and parts.netloc:
            prefix = parts.path.strip("/") or None
            return S3Store(parts.netloc, prefix=prefix, client_options=_client(s3), retry_config=_RETRY, **s3)
        if url == "memory:":
            return MemoryStore()
        raise ValueError(f"not a place for files: {url}")

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`, replacing what was there; all of it or nothing."""
        try:
            with _telling():
                self._store.put(_checked(key), data, use_multipart=False)
                if self._folder:
                    _sync(self._folder, self._folder / key)
        except FileNotFoundError as error:  # the bucket or the folder itself
            raise StorageUnavailable(str(error)[:500]) from error

    def put_file(self, key: str, path: Path) -> None:
        """Keep the file at `path` under `key`, in pieces: for files too large for memory."""
        try:
            with _telling():
                self._store.put(_checked(key), path)
                if self._folder:
                    _sync(self._folder, self._folder / key)
        except FileNotFoundError as error:
            raise StorageUnavailable(str(error)[:500]) from error

    def get(self, key: str) -> bytes:
        """Return the whole file. Raises FileNotFoundError."""
        with _telling():
            return bytes(self._store.get(_checked(key)).bytes())

    async def open(self, key: str) -> Stored:
        """Return the file in pieces, for sending on. Raises FileNotFoundError."""
        with _telling():
            found = await self._store.get_async(_checked(key))
        return Stored(found.meta["size"], _pieces(found.stream(min_chunk_size=CHUNK_BYTES)))

    async def read_part(self, key: str, offset: int, length: int) -> bytes:
        """Return that many bytes of the file, or fewer where it ends. Raises FileNotFoundError."""
        with _telling():
            return bytes(await self._store.get_range_async(_checked(key), start=offset, length=length))

    def exists(self, key: str) -> bool:
        """Return whether there is a file under `key`."""
        try:
            with _telling():
                self._store.head(_checked(key))
        except FileNotFoundError:
            return False
        return True

    def delete(self, key: str) -> None:
        """Remove the file; a file that is not there is no error."""
        try:
            with _telling():
                self._store.delete(_checked(key))
        except FileNotFoundError:
            return

    def rename(self, key: str, new_keys: Sequence[str]) -> None:
        """Copy the file to every new key that has none yet, then remove it; done again, nothing changes.

        Raises FileNotFoundError where neither the file nor a copy of it is there.
        """
        missing = [new for new in new_keys if not self.exists(new)]
        if missing:
            data = self.get(key)
            for new in missing:
                self.put(new, data)
        self.delete(key)

    def written_at(self, key: str) -> datetime | None:
        """Return when the file was written last; None when it is not there."""
        try:
            with _telling():
                return self._store.head(_checked(key))["last_modified"]
        except FileNotFoundError:
            return None

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield every key below `prefix` (`original/` or `public/` or a folder below), for sweeps."""
        yield from (entry.key for entry in self.entries(prefix))

    def entries(self, prefix: str) -> Iterator[StoredFile]:
        """Yield every file below `prefix`, in no order."""
        with _telling():
            for batch in self._store.list(prefix):
                yield from map(_entry, batch)

    def entries_after(self, prefix: str, key: str, most: int) -> list[StoredFile]:
        """Return the first `most` files below `prefix` whose keys come after `key`, in the order of their
        keys.

        A bucket lists in that order and is asked for no more; a folder is walked through each time.
        """
        with _telling():
            found = (_entry(each) for batch in self._store.list(prefix, offset=key or None) for each in batch)
            if isinstance(self._store, S3Store):
                return list(islice(found, most))
            return heapq.nsmallest(most, found, key=attrgetter("key"))

    def drop_unfinished(self, before: datetime) -> int:
        """Remove what a process that died while it wrote to the folder left before then; how many files.

        A bucket keeps nothing that has not come whole.
        """
        if self._folder is None:
            return 0
        gone = 0
        with _telling():
            for directory, _, names in os.walk(self._folder):
                for path in (Path(directory, name) for name in names if _STAGED.fullmatch(name)):
                    try:
                        if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                            path.unlink()
                            gone += 1
                    except FileNotFoundError:  # it has become whole meanwhile
                        continue
        return gone


def _client(s3: Mapping[str, str]) -> ClientConfig:
    """Return time-outs, and whether HTTP without TLS is allowed: only where the endpoint is set with
    `http://`, which means a store on the same private network.
    """
    endpoint = s3.get("endpoint") or next((os.environ[name] for name in _ENDPOINTS if name in os.environ), "")
    return {**_TIMEOUTS, "allow_http": endpoint.startswith("http://")}


def new_token() -> str:
    """Return a name nobody can guess: 128 random bits, safe in a URL."""
    return secrets.token_urlsafe(16)


def is_key(key: str) -> bool:
    """Return whether files of ours have such a key; who runs the store may have put others beside them."""
    return bool(_KEY.fullmatch(key))


def is_public_key(key: str) -> bool:
    """Return whether anyone may fetch this key."""
    return key.startswith(PUBLIC) and bool(_KEY.fullmatch(key))


def _entry(entry: ObjectMeta) -> StoredFile:
    return StoredFile(entry["path"], entry["size"], entry["last_modified"])


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError(f"not a key: {key!r}")
    return key


async def _pieces(stream: BytesStream) -> AsyncIterator[bytes]:
    with _telling():
        async for piece in stream:
            yield bytes(piece)


@contextmanager
def _telling() -> Iterator[None]:
    """Turns whatever a store raises into the two errors callers know; a missing file stays what it is."""
    try:
        yield
    except FileNotFoundError:
        raise
    except (BaseError, OSError) as error:
        why = str(error)
        raise (StorageFull if _FULL.search(why) else StorageUnavailable)(why[:500]) from error


def _sync(folder: Path, path: Path) -> None:
    """Write the file and the names that lead to it through to the disk: a 201 outlives a power cut."""
    for each in (path, *path.parents):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        if each == folder:
            return
