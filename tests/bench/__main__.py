"""`python -m tests.bench`: measure everything in one run and print a table with ratios."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import doors, emulation, intake, locate, pages, reading, routed, startup, upward, works
from tests.bench.installation import Installation, make_installation

Figures = dict[str, float]

# Key → what it is, and what it is held against.
SHOWN: dict[str, tuple[str, str]] = {
    "intake_rps": ("reports accepted a second, one API process, 16 connections", ""),
    "intake_nodb_rps": ("… the same route storing nothing", ""),
    "intake_ratio": ("… ratio of the two", "≥ 0.5"),
    "intake_p50_ms": ("… median answer, ms", ""),
    "intake_p99_ms": ("… 99th percentile, ms", "≤ 5 × median"),
    "intake_two_rps": ("… two API processes", ""),
    "pgbench_tps": ("pgbench, the same rows, a report a transaction", ""),
    "routed_p95_ms": ("accepted → routed at 200 reports/s, p95, ms", "≤ 500"),
    "drain_per_s": ("backlog routed a second", "≥ 1,000"),
    "drain_cpu_ms": ("… processor time for each report, all processes and PostgreSQL, ms", ""),
    "locate_points_per_s": ("ward lookup, points a second", "≥ 1,000,000"),
    "feed_page_p95_ms": ("feed page of 100, p95, ms", "≤ 15"),
    "sse_clients": ("listeners on one process", "1,000"),
    "sse_heard_part": ("… the part of all events that they heard", "1"),
    "sse_p99_ms": ("… how late they hear of an event, p99, ms", "≤ 1,000"),
    "sse_client_kb": ("… memory for each, kB", "stated"),
    "list_p95_ms": ("filtered list, worst of three kinds, p95, ms", "≤ 50"),
    "list_growth": ("… growth from a tenth of the rows", "shown"),
    "ogc_ratio": ("the same 200 reports by OGC API – Features, as a part of the list's time", "≤ 1"),
    "open311_ratio": ("… by Open311", "≤ 1"),
    "ogc_page_1000_p95_ms": ("… a page of 1,000 features, p95, ms", "≤ 300"),
    "page_queue_p95_ms": ("pages by one reader, p95, ms: a department's queue", "≤ 100"),
    "page_queue_city_p95_ms": ("… the whole city's queue", "≤ 100"),
    "page_search_p95_ms": ("… search within a department", "≤ 100"),
    "page_search_city_p95_ms": ("… search over all cases", "≤ 100"),
    "page_lists_p95_ms": ("… a department's lists of its work", "≤ 100"),
    "page_lists_city_p95_ms": ("… the lists over all cases", "≤ 100"),
    "page_desk_p95_ms": ("… the coordinators' desk", "≤ 100"),
    "page_case_p95_ms": ("… a case", "≤ 300"),
    "page_inspect_p95_ms": ("… an inspector's round", "≤ 300"),
    "page_manage_month_p95_ms": ("… the dashboard of a month", "≤ 150"),
    "page_manage_year_p95_ms": ("… the dashboard of a year", "≤ 150"),
    "page_manage_list_p95_ms": ("… the lists behind its figures", "≤ 100"),
    "page_wall_p95_ms": ("… the wall", "≤ 300"),
    "page_board_p95_ms": ("… the board", "≤ 300"),
    "page_feed_p95_ms": ("… the feed's page", "≤ 300"),
    "page_figures_p95_ms": ("… the public figures", "≤ 300"),
    "page_track_p95_ms": ("… a report's own page", "≤ 300"),
    "page_queue_works_p95_ms": ("… the queue among 20,000 works", "≤ 300"),
    "page_queue_works_only_p95_ms": ("… its works alone", "≤ 300"),
    "page_plan_p95_ms": ("… a plan of 500 rows", "≤ 300"),
    "plan_import_ms": ("500 pasted rows understood, median, ms", "≤ 3,000"),
    "emulation_count_s": ("the nightly count of 40 units by 12 criteria, s", "≤ 60"),
    "emulation_packed_s": ("… packing all counted days first, s", ""),
    "emulation_recount_differs": ("… recounts that found something else", "0"),
    "page_movement_p95_ms": ("… a movement's standing, p95, ms", "≤ 300"),
    "page_standing_p95_ms": ("… the same for everybody", "≤ 300"),
    "page_campaign_p95_ms": ("… a campaign over 5,000 clean-ups", "≤ 300"),
    "page_banner_p95_ms": ("… its banner", "≤ 300"),
    "upward_merge_s": ("a half-year report of 40 wards merged into its document, 37 answered, s", "≤ 5"),
    "tile_low_p95_ms": ("a map tile made anew, zoom 8 to 11, p95, ms", ""),
    "tile_middle_p95_ms": ("… zoom 12 to 15", ""),
    "up_first_s": ("`up` from nothing to ready, s", "≤ 20"),
    "up_again_s": ("… again, s", "≤ 6"),
    "idle_rss_mb": ("everything idle, MB (proportional)", "≤ 900"),
}


def run(bench: Installation, rows: int, say: Callable[[str], None], figures: Figures, only: str = "") -> bool:
    """Fill in all figures, one part after the other, or those of `only` one; `rows` reports are there when
    lists are read.

    A part that fails is told and keeps the others from nothing; whether all went well.
    """
    parts: dict[str, Callable[[], Figures]] = {
        "reception": lambda: intake.measure(bench),
        "routing": lambda: routed.measure(bench),
        "ward lookup": locate.measure,
        f"lists, of {rows // 10:,} and of {rows:,} demo reports": lambda: _lists(bench, rows),
        "doors for machines": lambda: doors.measure_doors(bench),
        "feed": lambda: reading.measure_feed(bench),
        "listeners": lambda: reading.measure_stream(bench),
        "pages": lambda: pages.measure_pages(bench),
        "works": lambda: works.measure_works(bench),
        "emulation": lambda: emulation.measure_emulation(bench, rows),
        "report up the line": lambda: upward.measure_upward(bench),
        "map tiles": lambda: pages.measure_tiles(bench),
        "starting up": startup.measure,
    }
    well = True
    for name, part in parts.items():
        if only and not name.startswith(only):
            continue
        say(f"{name} …")
        try:
            figures |= part()
        except Exception as error:  # whatever it is, the other parts are worth having
            say(f"{name} failed: {error}")
            well = False
    return well


def _lists(bench: Installation, rows: int) -> Figures:
    few = max(1_000, rows // 10)
    bench.fresh_database()
    bench.command("demo", "--reports", str(few), "--days", "365")
    small = reading.measure_lists(bench)
    bench.command("demo", "--reports", str(rows - few), "--days", "365", "--seed", "1")
    large = reading.measure_lists(bench)
    growth = {f"list_{name}_growth": _grown(small, large, f"list_{name}_p95_ms") for name in reading.KINDS}
    return large | growth | {"list_growth": _grown(small, large, "list_p95_ms"), "list_rows": float(rows)}


def _grown(small: Figures, large: Figures, name: str) -> float:
    return large[name] / small[name] if small[name] else 0.0


def main() -> int:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--rows", type=int, default=1_000_000, help="reports in the large database")
    parser.add_argument("--only", default="", help="one part, by the beginning of its name")
    wanted = parser.parse_args()
    say = Console(stderr=True)
    bench = make_installation()
    figures: Figures = {}
    well = False
    try:
        say.print("starting PostgreSQL and Redis …")
        bench.start()
        well = run(bench, wanted.rows, say.print, figures, wanted.only)
    finally:
        bench.stop()
        show(figures, wanted.json)
    return 0 if well else 1


def show(figures: Figures, file: Path | None) -> None:
    """The table and the file, also of a run that was cut short."""
    table = Table(
        "what", "figure", "aim", title=f"{os.cpu_count()} × {platform.machine()}, {platform.system()}"
    )
    for key, (what, aim) in SHOWN.items():
        if key not in figures:
            continue
        table.add_row(what, f"{figures[key]:,.2f}", aim)
    Console().print(table)
    if file:
        kept = {key: round(figure, 3) for key, figure in figures.items()}
        file.write_text(json.dumps(kept, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())
