"""Structured logs: one line a fact, with the ids of the request and report it belongs to. No metrics here."""

from __future__ import annotations

import logging
import sys
from contextlib import AbstractContextManager
from typing import TextIO

import structlog
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.types import EventDict, Processor, WrappedLogger

from service.ops.log_throttle import Outages

# What identifies or authorises a person never reaches a log, whoever passes it by mistake.
PRIVATE = frozenset(
    {"phone", "email", "contact", "secret", "password", "token", "authorization", "cookie", "secret_key"}
)
# Loggers that say at every task, request or start what nobody asked.
CHATTY = (
    "alembic",
    "celery.app.trace",
    "celery.beat",
    "celery.worker.strategy",
    "httpx",
    "uvicorn.access",
    "uvicorn.error",
)


def configure(log_format: str, level: str, process: str, stream: TextIO | None = None) -> None:
    """Send structlog and the standard library's logging to one handler.

    `log_format` is `json` or `console`, `level` a name such as `INFO`, `process` a name such as `api` that
    every line carries. Safe to call again; the last call holds.
    """
    target = stream or sys.stderr
    shared: list[Processor] = [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_process(process),
        hide_private,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    formatter = structlog.stdlib.ProcessorFormatter
    handler.setFormatter(
        formatter(
            # ExtraAdder first: what comes in by `extra=` is masked too.
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[formatter.remove_processors_meta, *_renderers(log_format, target)],
        )
    )
    handler.addFilter(Outages())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    quiet = logging.WARNING if root.level > logging.DEBUG else logging.DEBUG
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(quiet, root.level))
    logging.captureWarnings(True)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return a logger; `name` is the module's."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger


def about(**ids: str) -> AbstractContextManager[None]:
    """Give every line of this task `ids` within the block, e.g. `about(request_id=…, report_id=…)`."""
    return bound_contextvars(**ids)


def hide_private(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Put `***` in the place of personal data and secrets."""
    for key in PRIVATE & event.keys():
        event[key] = "***"
    return event


def _name_process(process: str) -> Processor:
    def add(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["process"] = process
        return event

    return add


def _renderers(log_format: str, target: TextIO) -> list[Processor]:
    if log_format == "console":
        return [
            structlog.dev.ConsoleRenderer(
                colors=target.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
    return [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
    ]
