"""`hientruong basemap`: the background of the maps, cut from a PMTiles archive and kept here."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.installation import AsJson, Data, use_installation
from service.problems import SetupError

if TYPE_CHECKING:
    from service.basemap.takeover import TakenBasemap
    from service.domain.city.basemap import Basemap

MIB = 1024 * 1024


def basemap(
    where: Annotated[
        str | None,
        typer.Argument(
            metavar="[URL]",
            help="A PMTiles archive (version 3): an https address that answers range requests, or a path. "
            "Without it, show which one is in use.",
        ),
    ] = None,
    max_zoom: Annotated[
        int,
        typer.Option("--max-zoom", min=0, max=18, help="The highest zoom to keep; maps enlarge it."),
    ] = 15,
    most_mb: Annotated[
        int, typer.Option("--most-mb", min=1, metavar="MB", help="Refuse a cut that is larger than this.")
    ] = 300,
    attribution: Annotated[
        str | None,
        typer.Option(help="Whose map it is, in place of what the archive says.", show_default=False),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Show maps without a background again.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Cut the city out of a PMTiles archive, store it and show it as the background of all maps.

    Only the tiles of the city's bounding box are fetched. If anything fails, the maps stay as they were.
    """
    if where is not None and remove:
        raise typer.BadParameter("give an address, or --remove, not both", param_hint="--remove")
    use_installation(data)
    if remove:
        _remove(as_json=as_json)
    elif where is None:
        _print_basemap(as_json=as_json)
    else:
        _take(where, max_zoom, most_mb, attribution, as_json=as_json)


def _take(where: str, max_zoom: int, most_mb: int, attribution: str | None, *, as_json: bool) -> None:
    from service.basemap.source import open_source
    from service.basemap.takeover import CutOptions, take_over
    from service.db import make_engine
    from service.settings import get_settings
    from service.storage import Storage

    settings = get_settings()
    engine = make_engine(settings.sqlalchemy_url, pool=1)
    options = CutOptions(max_zoom, most_mb, attribution)
    try:
        with open_source(where) as source, _progress(shown=not as_json) as progress:
            taken = take_over(engine, Storage(settings.media_url), source, options, progress)
    except KeyboardInterrupt:
        raise SetupError("Stopped. The maps stay as they were.") from None
    finally:
        engine.dispose()
    if settings.basemap_url:
        taken.remarks.append("HIENTRUONG_BASEMAP_URL is set and goes before it: unset it to show this one.")
    _print_taken(taken, as_json=as_json)


@contextmanager
def _progress(*, shown: bool) -> Iterator[Callable[[int, int], None]]:
    """Yield what tells how far it is: a bar on a terminal, a line now and then elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, quiet=not shown)
    if not console.is_terminal:
        tenths = -1

        def line(done: int, total: int) -> None:
            nonlocal tenths
            now = 10 * done // max(1, total)
            if now > tenths:
                tenths = now
                console.print(f"{done / MIB:,.1f} of {total / MIB:,.1f} MB", highlight=False)

        yield line
        return
    columns = (TextColumn("Fetching"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _print_taken(taken: TakenBasemap, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({**asdict(taken.basemap), "remarks": taken.remarks}, ensure_ascii=False))
        return
    typer.echo(_describe_basemap(taken.basemap))
    for remark in taken.remarks:
        typer.echo(remark)
    typer.echo("Maps show it from now on; pages that are open, once they are loaded again.")


def _describe_basemap(found: Basemap) -> str:
    credit = f", {found.attribution}" if found.attribution else ""
    return (
        f"Basemap: {found.tiles:,} {found.kind} tiles, zoom {found.min_zoom} to {found.max_zoom}, "
        f"{found.size / MIB:,.1f} MB, from {found.source}{credit}."
    )


def _print_basemap(*, as_json: bool) -> None:
    from service.db import make_engine, unit_of_work
    from service.domain.city.reference import load_reference
    from service.settings import get_settings

    engine = make_engine(get_settings().sqlalchemy_url, pool=1)
    try:
        with unit_of_work(engine) as session:
            found = load_reference(session).basemap
    finally:
        engine.dispose()
    if as_json:
        typer.echo(json.dumps(asdict(found) if found else None, ensure_ascii=False))
    elif found:
        typer.echo(_describe_basemap(found))
    elif os.environ.get("HIENTRUONG_BASEMAP_URL"):
        typer.echo("No basemap is kept here; maps show that of HIENTRUONG_BASEMAP_URL.")
    else:
        typer.echo("No basemap. Cut one out of a PMTiles archive: hientruong basemap URL")


def _remove(*, as_json: bool) -> None:
    from service.basemap.takeover import put_in_force
    from service.db import make_engine
    from service.settings import get_settings
    from service.storage import Storage

    settings = get_settings()
    engine = make_engine(settings.sqlalchemy_url, pool=1)
    try:
        before = put_in_force(engine, Storage(settings.media_url), None)
    finally:
        engine.dispose()
    if as_json:
        typer.echo(json.dumps({"removed": before is not None}))
    else:
        typer.echo("The basemap is removed." if before else "There was no basemap.")
