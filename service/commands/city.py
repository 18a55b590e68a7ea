"""`hientruong city check` and `city load`: a city's folder judged, or brought into the database."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.city_map import Landmarks, MapFiles, Streets, Water, load_map_files
from service.commands.installation import AsJson, Data, use_installation
from service.local.first_start import find_city

if TYPE_CHECKING:
    from service.domain.configuration.cityfile.folder import Folder
    from service.domain.configuration.cityfile.places import Mistake
    from service.domain.configuration.cityload import LoadResult

COLOURS = {"error": "red", "warning": "yellow", "repair": "cyan"}
KINDS = {
    "city": "city",
    "category": "categories",
    "department": "departments",
    "policy": "deadline policies",
    "rule": "routing rules",
    "area": "areas",
    "former_unit": "former units",
    "calendar_day": "calendar days",
    "template": "reply templates",
}
WHATS = ("added", "changed", "retired", "unchanged", "kept", "disputed")
MOST_NAMED = 12

Where = Annotated[
    Path, typer.Argument(metavar="DIR", help="The city's folder; `hue` names the example city.")
]
MaybeWhere = Annotated[
    Path | None,
    typer.Argument(
        metavar="[DIR]", help="The city's folder; `hue` names the example city. Map files need none."
    ),
]
Areas = Annotated[
    Path | None,
    typer.Option(
        "--areas",
        metavar="PATH",
        help="The official boundaries in place of the folder's: GeoJSON, GeoPackage, Shapefile, a folder.",
    ),
]
Overlaps = Annotated[
    bool,
    typer.Option("--accept-overlaps", help="Accept areas that overlap; the smaller code owns the overlap."),
]

app = typer.Typer(
    help="Check or load a city's folder.",
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)


@app.command()
def check(
    folder: Where, areas: Areas = None, accept_overlaps: Overlaps = False, as_json: AsJson = False
) -> None:
    """List every mistake in a city's folder, with its file, line, column and path."""
    from service.domain.configuration.cityfile.checks.whole import check_folder

    path = find_city(folder)
    checked = check_folder(path, areas, accept_overlaps=accept_overlaps)
    if as_json:
        print_json({"folder": str(path), **_judgement(checked.mistakes)})
    else:
        _print_mistakes(checked.mistakes)
        typer.echo(_verdict(path, checked))
    raise typer.Exit(1 if checked.errors else 0)


@app.command()
def load(
    folder: MaybeWhere = None,
    areas: Areas = None,
    accept_overlaps: Overlaps = False,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Also replace what was changed at /admin since the last load."),
    ] = False,
    successor: Annotated[
        list[str] | None,
        typer.Option(
            "--successor",
            metavar="CODE=OTHER",
            help="Who takes the open cases of a department or category that the folder switches off.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")
    ] = False,
    streets: Streets = None,
    landmarks: Landmarks = None,
    water: Water = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Load a city's folder, map files, or both; loading again changes only what changed."""
    files = MapFiles(streets, landmarks, water)
    if folder is None and not files:
        raise typer.BadParameter("name the city's folder, or a map file", param_hint="DIR")
    if folder is None and (areas or successor or overwrite or accept_overlaps):
        raise typer.BadParameter("areas, successors and overwriting go with the city's folder")
    successors = _pairs(successor or ())
    use_installation(data)
    facts: dict[str, object] = {}
    if folder is not None:
        options = {"accept_overlaps": accept_overlaps, "overwrite": overwrite}
        facts = _load_folder(folder, areas, successors, dry_run, as_json, **options)
    if files:
        facts |= load_map_files(files, dry_run=dry_run, as_json=as_json)
    if as_json:
        print_json(facts)


def _load_folder(
    folder: Path,
    areas: Path | None,
    successors: dict[str, str],
    dry_run: bool,
    as_json: bool,
    **options: bool,
) -> dict[str, object]:
    """Load the folder and say what became of it; ends the program with 1 where it is refused."""
    from service.domain.configuration.cityload import CityRefused

    path = find_city(folder)
    try:
        loaded = _load(path, areas, successors, dry_run=dry_run, **options)
    except CityRefused as refused:
        if as_json:
            print_json({"folder": str(path), "loaded": False, **_judgement(refused.mistakes)})
        else:
            _print_mistakes(refused.mistakes)
            typer.echo(f"{path} was not loaded: {_count(refused.mistakes)}.")
        raise typer.Exit(1) from None
    if not as_json:
        _print_loaded(loaded, dry_run=dry_run)
    return {"folder": str(path), "loaded": not dry_run, **_facts(loaded)}


def _pairs(given: Iterable[str]) -> dict[str, str]:
    """Return each `CODE=OTHER` as a pair. Raises BadParameter for what is none."""
    found: dict[str, str] = {}
    for each in given:
        code, equals, other = (part.strip() for part in each.partition("="))
        if not (code and equals and other):
            raise typer.BadParameter(f"write CODE=OTHER, not {each!r}", param_hint="--successor")
        found[code] = other
    return found


def _load(
    path: Path, areas: Path | None, successors: dict[str, str], *, dry_run: bool, **options: bool
) -> LoadResult:
    from sqlalchemy.orm import Session

    from service.db import make_engine, unit_of_work
    from service.domain.configuration.administration.city_loads import load_folder as load_city
    from service.settings import get_settings

    engine = make_engine(get_settings().sqlalchemy_url, pool=1)
    now = datetime.now(UTC)
    try:
        if dry_run:
            with Session(engine) as session:  # never committed
                return load_city(session, path, areas=areas, successors=successors, now=now, **options)
        with unit_of_work(engine) as session:
            return load_city(session, path, areas=areas, successors=successors, now=now, **options)
    finally:
        engine.dispose()


def print_json(facts: dict[str, object]) -> None:
    """Print facts for programs."""
    typer.echo(json.dumps(facts, ensure_ascii=False, indent=2))


def _judgement(mistakes: Sequence[Mistake]) -> dict[str, object]:
    def listed(level: str) -> list[dict[str, object]]:
        return [
            {"file": m.file, "line": m.line, "column": m.column, "path": m.path, "message": m.message}
            for m in mistakes
            if m.level == level
        ]

    errors = listed("error")
    return {"ok": not errors, "errors": errors, "warnings": listed("warning"), "repairs": listed("repair")}


def _facts(loaded: LoadResult) -> dict[str, object]:
    counts: dict[str, Counter[str]] = {}
    for change in loaded.changes:
        counts.setdefault(change.kind, Counter())[change.what] += 1
    return {
        "city": loaded.code,
        "revision": loaded.revision,
        "approximate_areas": loaded.approximate,
        "counts": counts,
        "changes": [
            {"kind": change.kind, "code": change.code, "what": change.what}
            for change in loaded.changes
            if change.what != "unchanged"
        ],
        **_judgement(loaded.mistakes),
    }


def _print_mistakes(mistakes: Iterable[Mistake]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(soft_wrap=True, highlight=False)
    for mistake in mistakes:
        console.print(Text.assemble((mistake.level, COLOURS[mistake.level]), " ", str(mistake)))


def _count(mistakes: Sequence[Mistake]) -> str:
    counts = Counter(mistake.level for mistake in mistakes)
    parts = [f"{n} {level}{'s' if n != 1 else ''}" for level, n in counts.items()]
    return ", ".join(parts) or "no mistakes"


def _verdict(path: Path, checked: Folder) -> str:
    if not path.is_dir():
        return "Nothing was checked. Name a city's folder, or `hue` for the example city."
    sizes = (
        f"{len(checked.categories)} categories, {len(checked.departments)} departments beside the ward "
        f"committees, {len(checked.rules)} rules, {len(checked.policies)} policies, "
        f"{len(checked.units)} units"
    )
    return f"{path}: {_count(checked.mistakes)} in {sizes}."


def _print_loaded(loaded: LoadResult, *, dry_run: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    _print_mistakes(loaded.mistakes)
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for change in loaded.changes:
        counts[change.kind][change.what] += 1
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for what in WHATS:
        table.add_column(what, justify="right")
    for kind, count in counts.items():
        if count:
            table.add_row(KINDS[kind], *(str(count[what] or "–") for what in WHATS))
    Console(soft_wrap=True, highlight=False).print(table)
    for line in _named(loaded):
        typer.echo(line)
    if loaded.approximate:
        typer.echo(
            f"{loaded.approximate} areas are approximate, derived from the centres of former units; "
            "load the official ones with --areas."
        )
    done = "would be" if dry_run else "is"
    typer.echo(f"The city {loaded.code} {done} at revision {loaded.revision}.")


def _named(loaded: LoadResult) -> Iterable[str]:
    """Yield which entries changed, where they are few enough to be read."""
    for kind, title in KINDS.items():
        for what in ("changed", "retired", "kept"):
            codes = [c.code for c in loaded.changes if (c.kind, c.what) == (kind, what)]
            if codes and (kind, what) == ("area", "kept"):
                yield f"{len(codes)} areas stay as they are: official ones are in force."
            elif codes and kind != "city":
                yield f"{title} {what}: {_shown(codes)}"
    for kind, title in KINDS.items():
        if codes := [c.code for c in loaded.changes if (c.kind, c.what) == (kind, "disputed")]:
            yield (
                f"{title}: {_shown(codes)} changed here since; the folder now says otherwise and was not "
                "followed. Take the folder's word with --overwrite."
            )


def _shown(codes: Sequence[str]) -> str:
    return ", ".join(codes[:MOST_NAMED]) + (" …" if len(codes) > MOST_NAMED else "")
