"""`hientruong up`: its options."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from service.local.up import UpOptions, run_up

DEFAULT_FOLDER = "/var/lib/hientruong for root, else ~/.local/share/hientruong"


def up(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder for all data.", show_default=DEFAULT_FOLDER)
    ] = None,
    city: Annotated[
        str,
        typer.Option(
            metavar="DIR", help="The city's folder, loaded at the first start; `hue` is the example city."
        ),
    ] = "hue",
    demo: Annotated[bool, typer.Option(help="Demo accounts and, at the first start, reports.")] = True,
    workers: Annotated[
        int,
        typer.Option(min=1, help="How many background tasks run at a time.", show_default="2 to 4, by cores"),
    ] = max(2, min(4, os.cpu_count() or 2)),
    pg_port: Annotated[
        int | None,
        typer.Option(min=1024, max=65535, help="Also open the private PostgreSQL on 127.0.0.1 at this port."),
    ] = None,
    reload: Annotated[
        bool, typer.Option(help="Restart what a change of the source code concerns; for development.")
    ] = False,
) -> None:
    """Run everything on this machine, in this terminal, until Ctrl-C."""
    run_up(UpOptions(host, port, data, city, demo, workers, pg_port, reload))
