"""`hientruong status`: is it up, and what waits to be done."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import time
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from service.commands.installation import AsJson, Data, use_installation
from service.local.address import answers
from service.local.first_start import plain_url
from service.problems import SetupError

if TYPE_CHECKING:
    from service.domain.health import Health
    from service.domain.upkeep import Upkeep

API_PORT = 8000
LIVES = "SELECT 1 FROM heartbeat WHERE name LIKE %s AND at > now() - make_interval(secs => %s) LIMIT 1"
FRESH_S = 30
KINDS = {"relay": "relay", "worker": "worker", "beat": "scheduler"}

Facts = dict[str, Any]


class ProbedPart(StrEnum):
    """Process that a container's health check asks about."""

    api = "api"
    worker = "worker"
    relay = "relay"
    beat = "beat"


def status(
    data: Data = None,
    as_json: AsJson = False,
    only: Annotated[
        ProbedPart | None,
        typer.Option(help="Check only this process on this machine and print nothing: exit status 0 or 1."),
    ] = None,
) -> None:
    """Show whether everything is up: versions, processes, queues, the relay's lag, the last error."""
    if only:
        raise typer.Exit(0 if _lives(only, data) else 1)
    facts = _gather(data)
    typer.echo(json.dumps(facts, ensure_ascii=False, indent=2) if as_json else _readable(facts))
    raise typer.Exit(0 if facts["up"] else 1)


def _gather(data: Data) -> Facts:
    try:
        state = use_installation(data)
    except SetupError as problem:
        return {"up": False, "faults": [str(problem)]}
    found = [_running(state), _database(), _machine()]
    found.append(_redis(found[1].pop("queues_read", None)))
    faults = [fault for part in found for fault in part.pop("faults", [])]
    facts = {name: value for part in found for name, value in part.items()}
    return {"up": not faults, "faults": faults, **facts}


def _running(state: Facts) -> Facts:
    """Return what `up` says of itself, where it is `up` that runs, and whether its API answers."""
    if not state:
        return {}
    data = {name: value for name, value in state.items() if name != "settings"}
    address = urlsplit(data["address"])
    well = asyncio.run(answers(address.hostname or "", address.port or API_PORT, "/healthz"))
    return {**data, "faults": [] if well is not None else [f"The API does not answer at {data['address']}"]}


def _health() -> tuple[Health, Upkeep | None]:
    """Return how it is; no upkeep before a city is loaded. Raises DBAPIError when the database is away."""
    from sqlalchemy.orm import Session

    from service.db import make_engine
    from service.domain.city.reference import load_reference
    from service.domain.health import read_health
    from service.domain.upkeep import read_upkeep
    from service.errors import AppError
    from service.settings import get_settings

    engine = make_engine(get_settings().sqlalchemy_url, pool=1)
    try:
        with Session(engine) as session:
            now = datetime.now(UTC)
            health = read_health(session, now)
            try:
                return health, read_upkeep(session, load_reference(session), now)
            except AppError:
                return health, None
    finally:
        engine.dispose()


def _database() -> Facts:
    from sqlalchemy.exc import DBAPIError

    from service.settings import get_settings

    try:
        health, upkeep = _health()
    except DBAPIError as problem:
        return {"faults": [f"The database cannot be asked: {str(problem.orig).splitlines()[0]}"]}
    faults = [f"No {name} lives" for kind, name in KINDS.items() if not health.lives(kind)]
    if health.unreached:
        faults.append(f"{health.unreached} emergencies ring and could be told to nobody")
    if health.unrouted:
        faults.append(f"{health.unrouted} reports have waited for more than half a minute to be routed")
    if get_settings().backup_dir is not None and not health.saved():
        faults.append("No backup was made for more than a day: the log says why, or run `hientruong backup`")
    return {
        "database": health.database,
        "schema": health.schema,
        "signs_of_life": {sign.name: round(sign.age_s, 1) for sign in health.signs},
        "relay": {"unplaced": health.unplaced, "lag_s": round(health.lag_s, 1), "behind": health.behind},
        "unrouted": health.unrouted,
        "queues_read": health.queues_read,
        "emergencies unreached": health.unreached,
        "backup": _age(health.backup_age_s),
        **(_upkeep(upkeep, faults) if upkeep else {}),
        "faults": faults,
    }


def _upkeep(upkeep: Upkeep, faults: list[str]) -> Facts:
    """Return what is known of messages, units and sizes; failing channels are added to the faults."""
    faults += [
        f"{each.waiting} messages wait on {each.channel} after a failure: {each.error}"
        for each in upkeep.channels
        if each.waiting
    ]
    if upkeep.backup_problem:
        faults.append(f"The newest backup failed: {upkeep.backup_problem}")
    messages = {
        each.channel: {
            "wait after a failure": each.waiting,
            "given up in a week": each.given_up,
            "last error": f"{each.error} ({each.error_at:%Y-%m-%d %H:%M} UTC)" if each.error_at else "",
        }
        for each in upkeep.channels
    }
    return {
        "messages failing": messages or "none",
        "cases late": upkeep.late_cases,
        "units nobody watches": len(upkeep.unattended),
        "database size": _size(upkeep.database_bytes),
    }


def _machine() -> Facts:
    """Return the version, the disks, and the certificate of the public address."""
    from importlib.metadata import version

    from service.ops.host.certificate import read_certificate
    from service.ops.host.disks import read_disks
    from service.settings import get_settings

    settings, now = get_settings(), datetime.now(UTC)
    disks, shown = read_disks(settings), read_certificate(settings)
    faults = [f"The disk of {', '.join(each.uses)} is full" for each in disks if each.full]
    facts: Facts = {
        "version": version("hientruong"),
        "disks": {"+".join(each.uses): f"{_size(each.free)} free of {_size(each.size)}" for each in disks},
    }
    if shown is not None:
        facts["certificate"] = f"until {shown.until:%Y-%m-%d}" if shown.until else shown.problem
        if shown.until is None or shown.ends_soon(now):
            faults.append(f"The certificate of {shown.host}: {facts['certificate']}")
    return {**facts, "faults": faults}


def _size(size: float) -> str:
    """Return a size in bytes as `3.2 GB`."""
    return f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{size / 1e6:.1f} MB"


def _age(seconds: float | None) -> str:
    return "never" if seconds is None else f"{seconds / 3600:.1f} h ago"


def _redis(queues_read: frozenset[str] | None) -> Facts:
    """Return the queues: how long, how old; which nobody reads is known only where the database was asked."""
    import redis

    from service.ops import queues
    from service.settings import get_settings

    url = get_settings().redis_url
    states: dict[str, queues.QueueState] = {}
    facts: Facts = {"faults": []}
    try:
        with redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2) as client:
            states = queues.read_states(
                queues.ask_states(client.pipeline(transaction=False)).execute(), time.time()
            )
            under_way = client.hlen("unacked")
            facts["redis"] = f"Redis {client.info('server')['redis_version']}"
            facts["queues"] = {
                **{name: state.length for name, state in states.items()},
                "under way": under_way,
            }
            facts["oldest_s"] = {
                name: round(state.oldest_s, 1) for name, state in states.items() if state.oldest_s is not None
            }
    except redis.RedisError as problem:
        facts = {"faults": [f"Redis cannot be asked: {problem}"]}
    if queues_read is not None:
        facts["faults"] += [
            f"No worker reads the queue {name}"
            if trouble == "unread"
            else f"The queue {name} is late: its oldest message has waited {states[name].oldest_s:,.0f} s"
            for name, trouble in queues.queue_troubles(states, queues_read).items()
        ]
    return facts


def _lives(part: ProbedPart, data: Data) -> bool:
    """Return whether a process lives: a worker on this machine, relay and scheduler anywhere, as each is one.

    Asked every few seconds in containers: imports no more than the driver.
    """
    if part is ProbedPart.api:
        return asyncio.run(answers("127.0.0.1", API_PORT, "/healthz")) is not None
    import psycopg

    use_installation(data)
    wanted = f"worker:{socket.gethostname()}%" if part is ProbedPart.worker else f"{part}%"
    try:
        with psycopg.connect(
            plain_url(os.environ["HIENTRUONG_DATABASE_URL"]), connect_timeout=5
        ) as connection:
            return connection.execute(LIVES, [wanted, FRESH_S]).fetchone() is not None
    except psycopg.Error:
        return False


def _readable(facts: Facts) -> str:
    lines = ["Hiện Trường is up." if facts["up"] else "Hiện Trường is not well:"]
    lines += [f"  ! {fault}" for fault in facts["faults"]]
    for name, value in facts.items():
        if name not in ("up", "faults") and value not in (None, {}):
            lines.append(f"  {name.replace('_', ' '):<14} {_words(value)}")
    return "\n".join(lines)


def _words(value: object) -> str:
    if not isinstance(value, dict):
        return str(value)
    pairs = ((key, f"({_words(one)})" if isinstance(one, dict) else one) for key, one in value.items())
    return ", ".join(f"{key} {one}" for key, one in pairs)
