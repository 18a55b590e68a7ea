"""The child process: same answers as in this process, and what a hostile file can cost."""

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from service.imaging import sandbox
from service.imaging.inspection import inspect_photo
from service.imaging.refusal import PhotoRefused, Reason
from service.imaging.render import render
from service.imaging.sandbox import SandboxFailed
from tests.imaging.pictures import SHARED, encoded, quarters

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["gps_ok__heic_IMG_5195.HEIC", "gps_ok__jpg_Apple_iPhone_4.jpg"])
def test_same_answers_as_here(name: str) -> None:
    data = (SHARED / name).read_bytes()

    assert sandbox.inspect_in_child(data) == inspect_photo(data)
    assert sandbox.render_in_child(data) == render(data)


def test_refusals_come_through() -> None:
    for data, reason in (
        (b"", Reason.EMPTY),
        (b"GIF89a", Reason.NOT_A_PHOTO),
        (encoded(quarters(), "JPEG")[:300], Reason.BROKEN),
    ):
        for job in (sandbox.inspect_in_child, sandbox.render_in_child):
            with pytest.raises(PhotoRefused) as refused:
                job(data)
            assert refused.value.reason is reason


def test_a_child_goes_with_its_parent() -> None:
    """The photo never comes whole; who would send it is killed."""
    program = (
        "import os, subprocess, sys\n"
        "words = [sys.executable, '-m', 'service.imaging.child', 'render', 'jpeg', str(os.getpid())]\n"
        "child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        "assert child.stdout.readline() == b'ready\\n'\n"
        "print(child.pid, flush=True)\n"
        "sys.stdin.read()"
    )
    words = [sys.executable, "-c", program]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout is not None
        handle = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
    try:
        assert select.select([handle], [], [], 20)[0], "the child is still there"
    finally:
        os.close(handle)


def run_confined(code: str, before: str = "") -> subprocess.CompletedProcess[bytes]:
    """That code in a process limited as the child is, after `before`: then nothing is imported any more."""
    program = (
        f"import os, signal\nfrom service.imaging import child\n{before}\n"
        f"child.confine_decoder()\nchild._write(child.READY)\n{code}"
    )
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, cwd=ROOT, timeout=60, check=False
    )


def test_memory_is_bounded() -> None:
    ended = run_confined("try: bytearray(2 << 30)\nexcept MemoryError: print('refused')")

    assert ended.stdout == b"ready\nrefused\n"


def test_no_file_can_be_written(tmp_path: Path) -> None:
    target = tmp_path / "x"
    ended = run_confined(f"open({str(target)!r}, 'wb', buffering=0).write(b'x')")

    assert ended.returncode != 0
    assert not target.exists()


OPENING = {
    "its parent's environment": "os.open(f'/proc/{os.getppid()}/environ', os.O_RDONLY)",
    "its own memory": "os.open('/proc/self/mem', os.O_RDONLY)",
    "any file": "os.open('/etc/passwd', os.O_RDONLY)",
    "a socket": "socket.socket()",
    "a pipe": "os.pipe()",
}


@pytest.mark.parametrize("what", OPENING)
def test_nothing_can_be_opened_and_no_limit_raised(what: str) -> None:
    ended = run_confined(
        "os.close(0)\n"
        "try: resource.setrlimit(resource.RLIMIT_NOFILE, (9, 9))\n"
        "except (OSError, ValueError): print('bound', flush=True)\n"
        f"try: {OPENING[what]}\n"
        "except OSError: print('refused')",
        before="import resource, socket",
    )

    assert ended.stdout == b"ready\nbound\nrefused\n", ended.stderr


@pytest.mark.parametrize(
    "name", ["gps_ok__heic_IMG_5195.HEIC", "gps_ok__jpg_Apple_iPhone_4.jpg", "quarters.PNG", "quarters.WEBP"]
)
def test_nothing_is_imported_once_no_bytecode_can_be_kept(name: str, tmp_path: Path) -> None:
    photo = SHARED / name
    if name.startswith("quarters"):
        photo = tmp_path / name
        photo.write_bytes(encoded(quarters(), photo.suffix[1:]))
    ended = run_confined(
        "before = set(sys.modules); job(data)\nprint(sorted(set(sys.modules) - before))",
        before="import sys; from pathlib import Path; from service.imaging import decode\n"
        "job = child.JOBS['render']()\n"
        f"data = Path({str(photo)!r}).read_bytes(); child.import_decoders(decode.recognise_format(data))",
    )

    assert ended.stdout == b"ready\n[]\n", ended.stderr


def test_a_crash_of_the_decoder_is_the_files_fault() -> None:
    ended = run_confined("os.kill(os.getpid(), signal.SIGSEGV)")

    with pytest.raises(PhotoRefused) as refused:
        sandbox._answer(ended)
    assert refused.value.reason is Reason.BROKEN


def test_running_out_of_cpu_time_is_the_files_fault() -> None:
    ended = run_confined(
        "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 30))\nwhile True: pass"
    )

    with pytest.raises(PhotoRefused):
        sandbox._answer(ended)


@pytest.mark.parametrize(
    "code", ["raise KeyError('bug')", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]
)
def test_a_bug_or_a_kill_is_not(code: str) -> None:
    with pytest.raises(SandboxFailed):
        sandbox._answer(run_confined(code))


def test_a_crash_before_the_file_was_read_is_not() -> None:
    ended = subprocess.CompletedProcess([], -11, b"", b"")

    with pytest.raises(SandboxFailed):
        sandbox._answer(ended)


def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "WAIT_S", 0.001)

    with pytest.raises(SandboxFailed):
        sandbox.inspect_in_child(encoded(quarters(), "JPEG"))


def test_the_child_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIENTRUONG_SECRET_KEY", "x" * 32)
    seen: list[dict[str, str]] = []
    run = subprocess.run

    def watched(*args: object, env: dict[str, str], **options: object) -> object:
        seen.append(env)
        return run(*args, env=env, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", watched)
    sandbox.inspect_in_child(encoded(quarters(), "JPEG"))

    assert len(seen) == 1
    assert "HIENTRUONG_SECRET_KEY" not in seen[0]
    assert "HIENTRUONG_SECRET_KEY" in os.environ
