"""Message of `up` when everything is ready."""

from __future__ import annotations

import shlex
from pathlib import Path

from service.demo.signins import CABLE_ACCOUNTS, DEMO_ACCOUNTS
from service.local.folder import default_folder


def welcome(
    address: str, data: Path, demo: bool, psql: str | None, *, bare: bool = False, city: str = "hue"
) -> str:
    """Return the address, how to sign in, and what to try; `bare`: maps show neither streets nor a
    background.
    """
    report = '{"category": "litter", "location": {"lon": 107.585, "lat": 16.464}}'
    where = "" if data == default_folder() else f" --data {shlex.quote(str(data))}"
    lines = [
        "",
        f"  Hiện Trường is ready:  {address}",
        "",
        "  Try:",
        f"    curl -s {address}/api/v1/reports -H 'content-type: application/json' \\",
        f"      -d '{report}'",
        f"    curl -s '{address}/api/v1/feed?limit=3'",
        f"    hientruong status{where}",
    ]
    if psql:
        lines.append(f"    psql {shlex.quote(psql)}")
    if demo:
        lines += ["", f"  Sign in at {address}/login (password {DEMO_ACCOUNTS[0].password}):"]
        lines += [f"    {each.username:<20} {each.name}" for each in (*DEMO_ACCOUNTS, *CABLE_ACCOUNTS)]
    if bare:
        lines += ["", "  Maps show no streets yet. Load them, or cut a background out of a PMTiles archive:"]
        files = "--streets FILE --landmarks FILE --water FILE"
        lines.append(f"    hientruong city load {shlex.quote(city)} {files}{where}")
        lines.append(f"    hientruong basemap URL{where}")
    return "\n".join([*lines, "", f"  Data: {data}. Ctrl-C stops everything and keeps it.", ""])
