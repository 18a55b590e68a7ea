"""Choice of the installation that a command talks to: the one `up` runs in a data folder, or the
one the settings name.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from service.local.folder import DataFolder
from service.problems import SetupError

Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="The data folder of the running `hientruong up`."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")]


def use_installation(data: Path | None) -> dict[str, object]:
    """Put the settings of the installation into the environment; what is set there already is kept.

    With `--data`, or without the setting for the database, it is the one that `up` runs in that (or the
    default) folder. Raises SetupError when nothing runs there. Call it before `get_settings()`.
    """
    if data is None and os.environ.get("HIENTRUONG_DATABASE_URL"):
        return {}
    folder = DataFolder.at(data)
    state = folder.read_state()
    if not state.get("settings") or not folder.in_use():
        raise SetupError(
            f"No installation runs in {folder.path}. Start one with `hientruong up`, name its folder with "
            "--data, or set HIENTRUONG_DATABASE_URL."
        )
    if sys.dont_write_bytecode and folder.bytecode.is_dir():
        sys.pycache_prefix = str(folder.bytecode)  # compiled by `up`; nowhere else is any kept then
    keys = {
        "HIENTRUONG_SECRET_KEY": folder.secret_key(),
        "HIENTRUONG_VAPID_PRIVATE_KEY": folder.vapid_key(),
    }
    for name, value in {**state["settings"], **keys}.items():
        if data is None:
            os.environ.setdefault(name, value)
        else:
            os.environ[name] = value
    return state
