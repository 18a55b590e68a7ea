"""The data folder of one installation: what lies where in it, its secret key, and who holds it."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.local.program import Owner, run_quietly
from service.local.sockets import make_private, socket_folder
from service.problems import SetupError

SYSTEM_FOLDER = Path("/var/lib/hientruong")
LEFTOVER_PATIENCE_S = 20.0
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def default_folder() -> Path:
    """Return where an installation lives when nothing is said: by user; as root a place the servers can
    reach.
    """
    if os.geteuid() == 0:
        return SYSTEM_FOLDER
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Path(base) / "hientruong"


@dataclass(frozen=True)
class DataFolder:
    """Paths of one installation; `path` is absolute."""

    path: Path

    @classmethod
    def at(cls, given: Path | None) -> DataFolder:
        """Return the folder that `--data` names, or the default one."""
        return cls((given or default_folder()).expanduser().absolute())

    @property
    def media(self) -> Path:
        """Return the folder of the photos."""
        return self.path / "media"

    @property
    def bytecode(self) -> Path:
        """Return the folder of compiled Python, for where it may not be kept beside its sources."""
        return self.path / "bytecode"

    @property
    def lock_file(self) -> Path:
        """Return the file that `up` locks and, through inheritance, each of its children."""
        return self.path / "lock"

    @property
    def state_file(self) -> Path:
        """Return the file in which the running `up` tells other commands of itself."""
        return self.path / "up.json"

    @property
    def restore_mark(self) -> Path:
        """Return the file that is there from the moment a restore drops the database until it is whole."""
        return self.path / "restore.unfinished"

    @property
    def history_file(self) -> Path:
        """Return the file that says how far the first start came, so that nothing is done twice."""
        return self.path / "first-start.json"

    def prepare(self, owner: Owner | None) -> None:
        """Make the folder. Raises SetupError where that is not possible."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            # The servers' account must be able to pass through, not to look.
            self.path.chmod(0o711 if owner else 0o700)
            make_private(self.media, None)
        except OSError as problem:
            raise SetupError(
                f"The data folder {self.path} cannot be used: {problem.strerror}. Name another with --data."
            ) from problem

    def servers(self, owner: Owner | None) -> Path:
        """Return where PostgreSQL and Redis keep theirs: here, or in a place that their account can reach."""
        if owner is None or reachable_by(owner, self.path):
            return self.path
        mark = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]
        elsewhere = SYSTEM_FOLDER / "servers" / mark
        elsewhere.mkdir(parents=True, exist_ok=True)
        return elsewhere

    def sockets(self, owner: Owner | None) -> Path:
        """Return where their sockets are."""
        return socket_folder(self.servers(owner))

    def secret_key(self) -> str:
        """Return the installation's secret key, made at the first call."""
        return _kept_secret(self.path / "secret.key")

    def vapid_key(self) -> str:
        """Return the key that signs web push, a P-256 scalar in base64url, made at the first call."""
        return _kept_secret(self.path / "vapid.key", _new_scalar)

    def database_password(self) -> str:
        """Return what a connection to the private PostgreSQL by port needs, made at the first call."""
        return _kept_secret(self.path / "database.password")

    def acquire(self) -> int:
        """Take the folder for this process; the descriptor returned holds it as long as it is open anywhere.

        Raises SetupError when another `up` runs. What an `up` that was killed left behind ends by itself
        within seconds: that is waited for.
        """
        descriptor = os.open(self.lock_file, os.O_RDWR | os.O_CREAT, 0o600)
        limit = time.monotonic() + LEFTOVER_PATIENCE_S
        while not _locked(descriptor):
            holder = os.pread(descriptor, 32, 0).decode().strip()
            if (holder and _lives(holder)) or time.monotonic() > limit:
                os.close(descriptor)
                raise SetupError(self._held_by(holder))
            time.sleep(0.1)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        return descriptor

    def in_use(self) -> bool:
        """Return whether an `up` (or something it left behind) holds the folder."""
        try:
            descriptor = os.open(self.lock_file, os.O_RDWR)
        except OSError:
            return False
        try:
            return not _locked(descriptor)
        finally:
            os.close(descriptor)

    def _held_by(self, holder: str) -> str:
        state = self.read_state()
        where = f" at {state['address']}" if state.get("address") else ""
        return (
            f"Hiện Trường already runs on {self.path} (process {holder or 'unknown'}{where}). "
            "Stop it first with Ctrl-C in its terminal, or choose another folder with --data."
        )

    def write_state(self, state: Mapping[str, object]) -> None:
        """Tell other commands what runs here."""
        write_json(self.state_file, state)

    def read_state(self) -> dict[str, Any]:
        """Return what the running `up` says; empty when it says nothing."""
        return read_json(self.state_file)


def reachable_by(owner: Owner, folder: Path) -> bool:
    """Return whether `owner` can enter `folder`: /root, for one, lets nobody else in."""
    probe = ["/bin/sh", "-c", 'cd "$1"', "probe", os.fspath(folder)]
    return run_quietly(probe, owner).returncode == 0


def write_json(path: Path, facts: Mapping[str, object]) -> None:
    """Replace a small file in one step, readable by its owner alone."""
    _write(path, json.dumps(facts, ensure_ascii=False, indent=1))


def read_json(path: Path) -> dict[str, object]:
    """Return the facts of a state file; empty when there is none."""
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _new_secret() -> str:
    return secrets.token_urlsafe(48)


def _new_scalar() -> str:
    number = 1 + secrets.randbelow(P256_ORDER - 1)
    return urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()


def _kept_secret(path: Path, make: Callable[[], str] = _new_secret) -> str:
    if not path.exists():
        _write(path, make())
    return path.read_text().strip()


def _write(path: Path, text: str) -> None:
    unfinished = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _lives(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (ValueError, PermissionError):
        return True
    return True


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
