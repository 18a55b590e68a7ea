"""`hientruong up`: from nothing to ready, from there to ready again, and what it weighs while idle."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from tests.bench.installation import resident_mb
from tests.faults.stack import descendants, free_port

IDLE_S = 15.0
READY_S = 180.0


def measure() -> dict[str, float]:
    """Seconds of the first and second start, MB of everything once it is idle."""
    folder = Path(tempfile.mkdtemp(prefix="hientruong-up-"))
    folder.chmod(0o755)
    try:
        first_s, _ = _start(folder / "data", idle_s=0)
        again_s, idle_mb = _start(folder / "data", idle_s=IDLE_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {"up_first_s": first_s, "up_again_s": again_s, "idle_rss_mb": idle_mb}


def _start(data: Path, idle_s: float) -> tuple[float, float]:
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HIENTRUONG_")}
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli", "up", "--data", str(data), "--port", str(port)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _ready(port):
            if process.poll() is not None or time.monotonic() - began > READY_S:
                raise RuntimeError("up did not become ready")
            time.sleep(0.05)
        took_s = time.monotonic() - began
        time.sleep(idle_s)
        weighs_mb = sum(map(resident_mb, [process.pid, *descendants(process.pid)]))
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
    return took_s, weighs_mb


def _ready(port: int) -> bool:
    with contextlib.suppress(httpx.HTTPError, ValueError):
        answer = httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2)
        return answer.status_code == 200 and answer.json().get("status") == "ok"
    return False
