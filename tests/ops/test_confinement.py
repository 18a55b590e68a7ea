"""A process that holds secrets is not read by another one, nor by a child that decodes for strangers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.ops.confinement import STRANGER

ROOT = Path(__file__).parents[2]
HOLDER = """
import os, sys
{become}
from service.ops.confinement import keep_secrets
keep_secrets()
assert os.environ["HIENTRUONG_SECRET_KEY"] == "very-secret"
print("ready", flush=True)
sys.stdin.read()
"""
READER = """
import os, sys
{become}
for name in ("environ", "mem", "maps"):
    try:
        data = open(f"/proc/{{sys.argv[1]}}/{{name}}", "rb").read(100_000)
    except OSError:
        data = b""
    if b"SECRET" in data or (data and name != "environ"):
        print(name)
"""


def read_from_outside(become: str) -> str:
    """What another process sees of one that keeps its secrets; both after `become`."""
    environment = {**os.environ, "HIENTRUONG_SECRET_KEY": "very-secret"}
    words = [sys.executable, "-c", HOLDER.format(become=become)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(words, cwd=ROOT, env=environment, **pipes) as holder:  # type: ignore[call-overload]
        assert holder.stdout.readline() == b"ready\n"
        seen = subprocess.run(
            [sys.executable, "-c", READER.format(become=become), str(holder.pid)],
            capture_output=True,
            text=True,
            env={"PATH": "/usr/bin"},
            check=True,
        )
        holder.stdin.close()
    return seen.stdout


def test_nobody_of_the_same_user_reads_a_process_that_keeps_its_secrets() -> None:
    become = "" if os.geteuid() else f"import setproctitle, service.ops.confinement; os.setuid({STRANGER})"
    if become:
        pytest.importorskip("setproctitle")
    assert read_from_outside(become) == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root looks past what is forbidden to others")
def test_not_even_root_finds_them_in_the_environment() -> None:
    assert "environ" not in read_from_outside("").split()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has powers to lose")
def test_a_root_child_that_opens_files_reads_no_process_that_keeps_its_secrets() -> None:
    confined = "from service.ops.confinement import confine_process; confine_process({}, may_open=True)"
    words = [sys.executable, "-c", HOLDER.format(become="")]
    environment = {**os.environ, "HIENTRUONG_SECRET_KEY": "very-secret"}
    with subprocess.Popen(
        words, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"ready\n"
        program = [sys.executable, "-c", READER.format(become=confined), str(holder.pid)]
        seen = subprocess.run(program, capture_output=True, text=True, cwd=ROOT, check=True)
        holder.stdin.close()
    assert seen.stdout == ""
