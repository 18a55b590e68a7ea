"""Imports every module of the distribution: run in an environment with its own dependencies and no others."""

from __future__ import annotations

import importlib
import importlib.util
import os
import pkgutil
import sys

PACKAGES = ("geo", "service", "workers")
SETTINGS = {
    "DATABASE_URL": "postgresql://nobody@/none",
    "REDIS_URL": "redis://127.0.0.1:1",
    "MEDIA_URL": "file:///nowhere",
    "SECRET_KEY": "k" * 40,
}


def modules() -> list[str]:
    """Every module's name; migrations are run by Alembic, not imported."""
    found = []
    for package in PACKAGES:
        path = importlib.import_module(package).__path__
        found += [package, *(one.name for one in pkgutil.walk_packages(path, f"{package}."))]
    return [name for name in found if not name.startswith("service.migrations.")]


def main() -> None:
    """Import them all; the first that cannot be imported ends it."""
    os.environ.update({f"HIENTRUONG_{name}": value for name, value in SETTINGS.items()})
    if importlib.util.find_spec("pytest"):
        sys.exit("This environment is not lean: it has pytest.")
    for name in modules():
        importlib.import_module(name)
    print(f"{len(modules())} modules can be imported.")


if __name__ == "__main__":
    main()
