"""`hientruong figures`: count the figures anew, or look whether they are what a recount finds."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import typer

from service.commands.installation import AsJson, Data, use_installation

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="Maintained figures: `rebuild` recounts them, `check` compares them with a recount.",
)


@app.command()
def rebuild(data: Data = None, as_json: AsJson = False) -> None:
    """Recount every report of every day."""
    use_installation(data)
    from service.db import make_engine, unit_of_work
    from service.domain.city.reference import load_reference
    from service.domain.figures import upkeep
    from service.settings import get_settings

    engine = make_engine(get_settings().sqlalchemy_url)
    with unit_of_work(engine) as session:
        reports = upkeep.rebuild(session, ZoneInfo(load_reference(session).timezone))
    engine.dispose()
    typer.echo(json.dumps({"reports": reports}) if as_json else f"{reports:,} reports are counted.")


@app.command()
def check(data: Data = None, as_json: AsJson = False) -> None:
    """List the days that differ from a recount; exit status 1 if there are any."""
    use_installation(data)
    from service.db import make_engine, unit_of_work
    from service.domain.city.reference import load_reference
    from service.domain.figures import upkeep
    from service.settings import get_settings

    engine = make_engine(get_settings().sqlalchemy_url)
    with unit_of_work(engine) as session:
        found = list(upkeep.recount_differences(session, ZoneInfo(load_reference(session).timezone)))
    engine.dispose()
    if as_json:
        days = [{"day": str(each.day), "kept": each.kept, "counted": each.counted} for each in found]
        typer.echo(json.dumps({"different_days": days}))
    else:
        for each in found:
            typer.echo(f"{each.day}: {each.kept:,} reports kept, {each.counted:,} counted")
        typer.echo(f"{len(found)} days differ." if found else "The figures equal a recount.")
    raise typer.Exit(1 if found else 0)
