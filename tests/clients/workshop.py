"""Environments that the clients are installed into: kept, so that the second run needs no network."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LONGEST_S = 900


class CannotBeInstalledError(Exception):
    """Raised where the registries do not have a client, or it needs more than they give."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """Folder of environments."""

    folder: Path

    def python(self, *packages: str) -> Path:
        """Return the interpreter of an environment with these packages."""
        place = self._place("python", packages)
        interpreter = place / "bin" / "python"
        if not (place / "ready").exists():
            self._install(
                ["uv", "venv", "--no-config", "--python", sys.executable, "--allow-existing", place]
            )
            self._install(["uv", "pip", "install", "--no-config", "--python", interpreter, *packages])
            (place / "ready").touch()
        return interpreter

    def node(self, *packages: str) -> Path:
        """Return a folder whose `node_modules` has these packages."""
        place = self._place("node", packages)
        if not (place / "ready").exists():
            place.mkdir(parents=True, exist_ok=True)
            (place / "package.json").write_text('{"private": true}\n')
            quiet: list[str | Path] = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefix", place]
            self._install(["npm", "install", *quiet, *packages])
            (place / "ready").touch()
        return place

    def packed(self, package: str, *needs: str, without: Mapping[str, str]) -> Path:
        """Return such a folder with a package beside what it needs; those that it gets from elsewhere than
        the registry are made here, name and text.
        """
        place = self.node(*needs)
        known, modules = place / f"packed-{package.replace('/', '-')}", place / "node_modules"
        if not known.exists():
            self._install(["npm", "pack", package, "--pack-destination", place])
            [archive] = place.glob("*.tgz")
            with tarfile.open(archive) as files:
                files.extractall(place, filter="data")
            shutil.move(place / "package", modules / package.partition("@")[0])
            for name, text in without.items():
                (modules / name).mkdir(exist_ok=True)
                (modules / name / "index.js").write_text(text)
            known.touch()
        return place

    def _place(self, kind: str, packages: tuple[str, ...]) -> Path:
        return self.folder / f"{kind}-{hashlib.sha256(' '.join(packages).encode()).hexdigest()[:10]}"

    def _install(self, command: list[str | Path]) -> None:
        program = shutil.which(str(command[0]))
        if program is None:
            raise CannotBeInstalledError(f"{command[0]} is not here")
        made = subprocess.run(
            [program, *map(str, command[1:])], capture_output=True, text=True, timeout=LONGEST_S, check=False
        )
        if made.returncode:
            raise CannotBeInstalledError(made.stderr.strip()[-600:])


def run(*command: str | Path, folder: Path | None = None, **settings: str) -> str:
    """Run a client; what it printed. Raises AssertionError with its last words where it fails."""
    ended = subprocess.run(
        [str(each) for each in command],
        cwd=folder,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    said = f"{ended.stdout}\n{ended.stderr}".strip()
    assert ended.returncode == 0, said[-2500:]
    return said
