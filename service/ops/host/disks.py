"""Free space of the disks that the installation writes to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from urllib.parse import unquote, urlsplit

from service.settings import Settings

NEARLY_FULL, FULL = 0.15, 0.05
"""Below so much free space somebody should look, below so much it is urgent."""

ENOUGH_BYTES = 50 * 1024**3
"""A large disk is not nearly full with so much left, whatever its share."""


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk by what is kept there (`media`, `backup`, `temporary`): size and free space in bytes."""

    uses: tuple[str, ...]
    size: int
    free: int

    @property
    def share_free(self) -> float:
        """Return the free share, between 0 and 1."""
        return self.free / self.size if self.size else 0.0

    @property
    def nearly_full(self) -> bool:
        """Return whether somebody should look soon."""
        return self.share_free < NEARLY_FULL and self.free < ENOUGH_BYTES

    @property
    def full(self) -> bool:
        """Return whether it is urgent."""
        return self.share_free < FULL and self.free < ENOUGH_BYTES


def read_disks(settings: Settings) -> Sequence[Disk]:
    """Return the disks of the media folder, the backups and temporary files; two uses of one disk are one.

    Media in S3 and the disk of a database elsewhere are not seen from here.
    """
    by_device: dict[int, list[str]] = {}
    folders: dict[int, Path] = {}
    for use, folder in _folders(settings):
        try:
            device = folder.stat().st_dev
        except OSError:
            continue
        by_device.setdefault(device, []).append(use)
        folders.setdefault(device, folder)
    return [_disk(tuple(uses), folders[device]) for device, uses in by_device.items()]


def _disk(uses: tuple[str, ...], folder: Path) -> Disk:
    usage = shutil.disk_usage(folder)
    return Disk(uses, usage.total, usage.free)


def _folders(settings: Settings) -> Iterator[tuple[str, Path]]:
    media = urlsplit(settings.media_url)
    if media.scheme == "file":
        yield "media", Path(unquote(media.path))
    if settings.backup_dir is not None:
        yield "backup", settings.backup_dir
    yield "temporary", Path(gettempdir())
