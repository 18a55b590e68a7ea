"""`hientruong backup` and `hientruong restore`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from service.commands.installation import AsJson, Data, use_installation
from service.problems import SetupError

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of backups.")]


def backup(folder: Folder, data: Data = None, as_json: AsJson = False) -> None:
    """Save everything of a running installation into DIR: database, photos, keys; new photos only."""
    use_installation(data)
    from service.backup.folder import BackupFolder
    from service.backup.make import make_backup
    from service.db import make_engine
    from service.settings import get_settings

    settings = get_settings()
    engine = make_engine(settings.sqlalchemy_url, pool=1)
    backups = BackupFolder(folder.expanduser().absolute())
    try:
        manifest = make_backup(settings, engine, backups, now=datetime.now(UTC), say=_say)
    finally:
        engine.dispose()
    if manifest is None:
        raise SetupError(f"Another backup into {backups.path} is under way. Try again when it has ended.")
    name = backups.whole()[-1].path.name
    if as_json:
        typer.echo(json.dumps({"snapshot": name, **manifest.model_dump(mode="json")}, ensure_ascii=False))
        return
    typer.echo(
        f"{manifest.reports:,} reports and {manifest.media_files:,} photo files are saved in "
        f"{backups.path}, snapshot {name}. Keep a copy on another machine: keys/ and the dump hold secrets."
    )
    for key in manifest.media_missing:
        typer.echo(f"missing in the store, so not saved: {key}", err=True)


def restore(
    folder: Folder,
    data: Data = None,
    snapshot: Annotated[
        str | None, typer.Option(metavar="TIME", help="The snapshot to restore; the newest by default.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Drop the reports that are there now.")] = False,
    without_damaged: Annotated[
        bool, typer.Option("--without-damaged", help="Restore although photo files are missing or damaged.")
    ] = False,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Keep another secret key: links in people's mail stop working.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put an installation back from DIR: into a data folder of `up`, or where the settings say."""
    from service.backup import restore as restoring
    from service.backup.folder import BackupFolder
    from service.backup.target import open_target

    backups = BackupFolder(folder.expanduser().absolute())
    chosen = backups.choose(snapshot)
    keys = restoring.check_snapshot(backups, chosen, damaged=without_damaged, say=_say)
    with open_target(backups, data, replace=replace, new_key=new_key, say=_say) as target:
        restoring.check_target(target)
        done = restoring.restore_snapshot(backups, chosen, keys, target, datetime.now(UTC), _say)
    if as_json:
        facts = {
            "snapshot": chosen.path.name,
            "made_at": done.manifest.made_at.isoformat(),
            "reports": done.manifest.reports,
            "media_files": done.media_files,
            "replayed": done.replayed,
            "position_floor": done.position_floor,
        }
        typer.echo(json.dumps(facts, ensure_ascii=False))
        return
    typer.echo(
        f"{done.manifest.reports:,} reports as of {done.manifest.made_at:%Y-%m-%d %H:%M} UTC and "
        f"{done.media_files:,} photo files are back; {done.replayed:,} erasures and hidings made since were "
        "repeated. Start the service now."
    )


def _say(what: str) -> None:
    typer.echo(f"… {what}", err=True)
