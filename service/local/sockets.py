"""Place of an installation's Unix sockets: its data folder, or a short one when that is too long."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from service.local.program import Owner
from service.problems import SetupError

# sun_path is 108 bytes with its final zero; the longest name we put in the folder is ".s.PGSQL.5432.lock".
LONGEST_PATH = 107
LONGEST_NAME = len("/.s.PGSQL.5432")


def socket_folder(data: Path) -> Path:
    """Return the folder for sockets of the installation in `data` (absolute); the same one every time."""
    inside = data / "run"
    if len(os.fsencode(inside)) + LONGEST_NAME <= LONGEST_PATH:
        return inside
    mark = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"hientruong-{os.geteuid()}-{mark}"


def make_private(folder: Path, owner: Owner | None) -> None:
    """Make `folder` readable by its owner alone. Raises SetupError when it belongs to somebody else."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    ours = {os.geteuid(), owner.uid if owner else os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
        raise SetupError(
            f"{folder} belongs to somebody else; remove it or choose another folder with --data."
        )
    if owner:
        os.chown(folder, owner.uid, owner.gid)
    folder.chmod(0o700)
