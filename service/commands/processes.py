"""Commands of one process each, for containers and as children of `up`: serve, worker, relay, beat;
and migrate.
"""

from __future__ import annotations

import gc
import importlib
import socket
import tempfile
import warnings
from pathlib import Path
from typing import Annotated

import typer

from service.commands.installation import Data, use_installation
from service.local.address import is_loopback
from service.ops.confinement import keep_secrets
from service.ops.priority import step_back
from service.ops.queues import QUEUES, nice_of
from service.problems import SetupError

POOL = "workers.broker.pool:TaskPool"
"""Pool of processes of a worker that runs several tasks at once, as Celery takes it."""

# Celery's advice at every start; that a container is not root is settled in docker-compose.yml.
AS_ROOT = "You're running the worker with superuser"


def migrate(data: Data = None) -> None:
    """Bring the database to the newest schema."""
    use_installation(data)
    from service import migrations
    from service.settings import get_settings

    newer = migrations.upgrade(get_settings().sqlalchemy_url)
    if newer is None:
        typer.echo("The database has the newest schema.")
    else:
        typer.echo(
            f"The database was brought to schema {newer} by a newer version and is left as it is: this one "
            "runs on it where what came since only added. Should it fail, install the newer version again, "
            "or restore a backup made before (hientruong restore DIR --replace).",
            err=True,
        )


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    listener: Annotated[
        int | None, typer.Option(hidden=True, help="Inherited listening socket, instead of host and port.")
    ] = None,
    data: Data = None,
) -> None:
    """Run one process of the API and the pages."""
    use_installation(data)
    keep_secrets()
    from service.settings import get_settings

    # Settings are refused before the application is imported, which takes some seconds.
    if get_settings().demo and listener is None and not is_loopback(host):
        raise SetupError(
            f"Demo accounts are open to everybody and refused on {host}: set HIENTRUONG_DEMO=false."
        )
    import uvicorn

    from service import app
    from service.web.edge.protocol import EdgeProtocol
    from service.web.limits.open_files import raise_limit

    raise_limit()
    config = uvicorn.Config(
        app.make_app(),
        http=EdgeProtocol,
        host=host,
        port=port,
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    sockets = [socket.socket(fileno=listener)] if listener is not None else None
    uvicorn.Server(config).run(sockets)


def worker(
    concurrency: Annotated[int, typer.Option(min=1, help="How many tasks run at a time.")] = 2,
    queues: Annotated[
        str,
        typer.Option(help="The queues to read, separated by commas; all by default.", show_default=False),
    ] = ",".join(QUEUES),
    data: Data = None,
) -> None:
    """Run one Celery worker."""
    wanted = [name.strip() for name in queues.split(",")]
    if unknown := [name for name in wanted if name not in QUEUES]:
        raise typer.BadParameter(
            f"there is no queue {unknown[0]!r}; the queues are {', '.join(QUEUES)}", param_hint="--queues"
        )
    use_installation(data)
    keep_secrets()
    from service.i18n import follow_catalogues
    from service.settings import get_settings

    warnings.filterwarnings("ignore", AS_ROOT)
    step_back(nice_of(wanted))
    if get_settings().follow_sources:
        follow_catalogues()
    # Celery's own command would import its shell and all other commands.
    made = importlib.import_module("workers.app").celery_app.Worker(
        hostname=f"{'-'.join(wanted)}@{socket.gethostname()}",
        queues=wanted,
        # A single task at a time needs no process of its own beside the one that fetches it.
        pool_cls="solo" if concurrency == 1 else POOL,
        concurrency=concurrency,
        loglevel="WARNING",
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    _collect_as_usual()
    made.start()
    raise typer.Exit(made.exitcode or 0)


def relay(data: Data = None) -> None:
    """Run the relay; a second one stands by."""
    use_installation(data)
    keep_secrets()
    process = importlib.import_module("workers.processes.relay")
    _collect_as_usual()
    process.main()


def beat(
    schedule: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The file that keeps when each task last ran.")
    ] = None,
    data: Data = None,
) -> None:
    """Run the scheduler; only one may run."""
    use_installation(data)
    keep_secrets()
    _collect_as_usual()
    remembered = schedule or Path(tempfile.gettempdir()) / "hientruong-beat"
    scheduler = importlib.import_module("workers.processes.scheduler").scheduler_app
    scheduler.Beat(schedule=str(remembered), loglevel="WARNING", quiet=True).run()


def _collect_as_usual() -> None:
    """Leave what is imported out of garbage collection, and collect as often as Python does by itself: in a
    process that lives long, garbage must not pile up as it may while a command is imported.
    """
    gc.freeze()
    gc.set_threshold(700, 10, 10)
