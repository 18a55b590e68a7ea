"""`hientruong open-data`: make the files that anybody may take now, and tell what is in force."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from service.commands.installation import AsJson, Data, use_installation
from service.problems import SetupError


def open_data(
    show: Annotated[
        bool, typer.Option("--list", help="Make nothing; list the files that are published.")
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make the open data files now, as every night, without what was hidden since the last time."""
    use_installation(data)
    from service.db import make_engine, unit_of_work
    from service.domain.opendata.published_files import list_files
    from service.opendata.publish import publish
    from service.settings import get_settings
    from service.storage import Storage

    settings = get_settings()
    engine = make_engine(settings.sqlalchemy_url, pool=2)
    try:
        if not show:
            storage = Storage(settings.media_url)
            if publish(engine, storage, settings.public_url, datetime.now(UTC)) is None:
                raise SetupError("The files are being made at this moment. Try again when that has ended.")
        with unit_of_work(engine) as session:
            files = list_files(session)
    finally:
        engine.dispose()
    if as_json:
        facts = [
            {
                "name": file.name,
                "kind": file.kind.value,
                "bytes": file.size,
                "sha256": file.sha256,
                "dataset": file.dataset.value,
                "rows": file.rows,
                "made_at": file.made_at.isoformat(),
            }
            for file in files
        ]
        typer.echo(json.dumps({"files": facts}, ensure_ascii=False))
        return
    for file in files:
        made = f"{file.made_at:%Y-%m-%d %H:%M} UTC"
        typer.echo(f"{file.name:24}  {file.size:>13,} bytes  {file.rows:>9,} rows  {made}")
    if not files:
        typer.echo("No files: the city has no `open_data` in its city.yaml, so it publishes none.")
