"""The three places files can be kept, and what happens when one fails."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from moto.server import ThreadedMotoServer

from service.storage import Storage, StorageUnavailable, is_public_key, new_token

KEY = "original/0193/abc.jpg"


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    """A bucket server over real HTTP."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "memory", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """A new empty store of each kind."""
    if request.param == "folder":
        return Storage(f"file://{tmp_path}/media%20files")
    if request.param == "memory":
        return Storage("memory:")
    return bucket(request.getfixturevalue("s3_endpoint"), tmp_path.name.replace("_", "-"))


def bucket(endpoint: str, prefix: str) -> Storage:
    """A store below that prefix of the one bucket, made where it is missing."""
    assert httpx.put(f"{endpoint}/photos", headers=SIGNED).status_code in (200, 409)
    return Storage(f"s3://photos/{prefix}", **options(endpoint))


SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20240101/us-east-1/s3/aws4_request, Signature=x"}


def options(endpoint: str) -> dict[str, object]:
    return {
        "endpoint": endpoint,
        "region": "us-east-1",
        "access_key_id": "test",
        "secret_access_key": "test",
        "virtual_hosted_style_request": False,
    }


def test_what_was_put_is_there(storage: Storage) -> None:
    assert not storage.exists(KEY)

    storage.put(KEY, b"first")
    storage.put(KEY, b"second")

    assert storage.exists(KEY)
    assert storage.get(KEY) == b"second"
    assert list(storage.keys("original/")) == [KEY]
    assert list(storage.keys("public/")) == []


def test_a_file_is_read_in_pieces(storage: Storage) -> None:
    data = os.urandom(1_000_000)
    storage.put(KEY, data)

    async def read() -> tuple[int, bytes]:
        stored = await storage.open(KEY)
        return stored.size, b"".join([piece async for piece in stored.chunks])

    assert asyncio.run(read()) == (len(data), data)


def test_a_store_is_gone_through_in_pieces(storage: Storage) -> None:
    """In the order of keys, whatever order the store has them in; what went meanwhile shifts nothing."""
    keys = sorted(f"original/{new_token()}/{number}.jpg" for number in range(7))
    for key in [*reversed(keys), "public/one/full.webp"]:
        storage.put(key, b"x")

    first = storage.entries_after("original/", "", 3)
    assert [entry.key for entry in first] == keys[:3]
    storage.delete(keys[0])
    second = storage.entries_after("original/", first[-1].key, 3)
    assert [entry.key for entry in second] == keys[3:6]
    assert [entry.key for entry in storage.entries_after("original/", second[-1].key, 3)] == keys[6:]
    assert storage.entries_after("original/", keys[-1], 3) == []


def test_when_a_file_was_written(storage: Storage) -> None:
    assert storage.written_at(KEY) is None
    storage.put(KEY, b"x")
    written_at = storage.written_at(KEY)
    assert written_at is not None and abs(datetime.now(UTC) - written_at) < timedelta(minutes=1)


def test_what_a_dead_process_left_half_written_goes(tmp_path: Path) -> None:
    store = Storage(tmp_path.as_uri())
    store.put(KEY, b"whole")
    old, young = tmp_path / f"{KEY}#1", tmp_path / f"{KEY}#2"
    before = datetime.now(UTC) - timedelta(days=1)
    for path, age in ((old, timedelta(hours=1)), (young, timedelta(hours=-1))):
        path.write_bytes(b"half")
        os.utime(path, ((before - age).timestamp(),) * 2)
    os.utime(tmp_path / KEY, (0, 0))
    assert list(store.keys("original/")) == [KEY], "a listing does not tell of them"

    assert store.drop_unfinished(before) == 1
    assert not old.exists() and young.exists() and store.get(KEY) == b"whole"
    assert Storage("memory:").drop_unfinished(before) == 0


def test_what_was_deleted_is_gone(storage: Storage) -> None:
    storage.put(KEY, b"x")

    storage.delete(KEY)
    storage.delete(KEY)

    assert not storage.exists(KEY)
    with pytest.raises(FileNotFoundError):
        storage.get(KEY)
    with pytest.raises(FileNotFoundError):
        asyncio.run(storage.open(KEY))


@pytest.mark.parametrize(
    "key",
    [
        "",
        "original",
        "original/",
        "original/a",
        "private/a.jpg",
        "original/../public/a.jpg",
        "original//a.jpg",
        "/original/a.jpg",
        "original/a/../../b.jpg",
        "original/a.jpg\n",
        "original/a b.jpg",
        "original/%2e%2e/a.jpg",
        "original/a.jpg/b",
        "original/a/b/c/d/e.jpg",
        "Original/a.jpg",
    ],
)
def test_odd_keys_are_refused(key: str) -> None:
    store = Storage("memory:")
    for use in (lambda: store.put(key, b""), lambda: store.get(key), lambda: store.delete(key)):
        with pytest.raises(ValueError, match="not a key"):
            use()
    assert not is_public_key(key)


def test_only_public_keys_are_public() -> None:
    assert is_public_key("public/abc/full.webp")
    assert not is_public_key(KEY)


def test_tokens_are_long_and_differ() -> None:
    tokens = {new_token() for _ in range(1000)}

    assert len(tokens) == 1000
    assert all(is_public_key(f"public/{token}/full.webp") and len(token) == 22 for token in tokens)


@pytest.mark.parametrize(
    "url", ["", "/folder", "file:relative", "file://host/x", "http://x/", "s3://", "memory", "gs://b/p"]
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="not a place for files"):
        Storage(url)


FILL = """
import sys
from service.storage import Storage, StorageFull
store = Storage(sys.argv[1])
store.put("original/small.jpg", b"x")
try:
    store.put("original/large.jpg", bytes(4_000_000))
except StorageFull as error:
    print(error.status, error.headers["Retry-After"])
print(list(store.keys("original/")))
"""
SMALL_DISK = ["unshare", "--map-root-user", "--mount", "sh", "-c"]


def test_a_full_disk_is_told_and_keeps_no_half_file(tmp_path: Path) -> None:
    # A mount namespace of its own: the small disk is gone with the process, however the test ends.
    mount = f"mount -t tmpfs -o size=2m tmpfs {tmp_path}"
    if shutil.which("unshare") is None or subprocess.run([*SMALL_DISK, mount], check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    ended = subprocess.run(
        [*SMALL_DISK, f'{mount} && exec {sys.executable} -c "$0" file://{tmp_path}/media', FILL],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
        check=False,
    )

    assert ended.stdout.splitlines() == ["507 300", "['original/small.jpg']"], ended.stderr


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(StorageUnavailable):
        Storage(f"file://{tmp_path}/file/media")


def test_a_folder_that_is_lost_while_running_is_told(tmp_path: Path) -> None:
    store = Storage(f"file://{tmp_path}/media")
    (tmp_path / "media").rmdir()
    (tmp_path / "media").write_bytes(b"")

    with pytest.raises(StorageUnavailable) as error:
        store.put(KEY, b"x")
    assert error.value.status == 503
    assert int(error.value.headers["Retry-After"]) > 0


def test_a_bucket_that_is_away_is_told_soon() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: connections are refused
        store = Storage("s3://photos", **options(f"http://127.0.0.1:{taken.getsockname()[1]}"))

        for use in (lambda: store.put(KEY, b"x"), lambda: store.get(KEY), lambda: store.exists(KEY)):
            with pytest.raises(StorageUnavailable):
                use()


def test_a_bucket_that_does_not_exist_is_told(s3_endpoint: str) -> None:
    store = Storage("s3://nowhere", **options(s3_endpoint))

    with pytest.raises(StorageUnavailable):
        store.put(KEY, b"x")


def test_a_bucket_is_set_up_by_the_usual_variables(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket(s3_endpoint, "kept").put(KEY, b"x")
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_endpoint)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")

    assert Storage("s3://photos/kept").get(KEY) == b"x"
