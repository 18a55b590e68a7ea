"""Figures for Prometheus: what this process answered, and how the installation is; nobody's data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import Scope

from service.domain.health import Health
from service.domain.upkeep import Upkeep
from service.ops.host.certificate import Certificate
from service.ops.host.disks import Disk
from service.ops.queues import QUEUES, QueueState
from service.ops.reception import ReceptionState

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "hientruong_requests", "HTTP requests answered.", ["method", "route", "status"], registry=REGISTRY
)
SECONDS = Histogram(
    "hientruong_request_seconds",
    "Time to answer an HTTP request; a stream counts until it ends.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)
LISTENERS = Gauge("hientruong_feed_listeners", "Open streams of the status feed.", registry=REGISTRY)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def observe(scope: Scope, status: int, took_s: float) -> None:
    """Count one answered request, by the route's pattern: addresses as typed would never end."""
    route = getattr(scope.get("route"), "path", "")
    method = scope["method"] if scope["method"] in METHODS else "other"
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(route).observe(took_s)


@dataclass(frozen=True, slots=True)
class UpkeepFigures:
    """State of upkeep, of the disks and of the certificate, as it was at `now`."""

    upkeep: Upkeep | None
    disks: Sequence[Disk]
    certificate: Certificate | None
    now: datetime


def expose(
    health: Health | None, queues: Mapping[str, QueueState], reception: ReceptionState, figures: UpkeepFigures
) -> bytes:
    """Return the text Prometheus reads; without `health` when the database is away,
    then `hientruong_up` is 0.
    """
    gauges = CollectorRegistry()
    gauges.register(_Gauges(health, queues, reception))
    gauges.register(_UpkeepGauges(figures))
    return generate_latest(REGISTRY) + generate_latest(gauges)


class _Gauges(Collector):
    def __init__(
        self, health: Health | None, queues: Mapping[str, QueueState], reception: ReceptionState
    ) -> None:
        self._reception = reception
        self._health = health
        self._queues = queues

    def collect(self) -> Iterable[Metric]:
        """Yield one family a figure."""
        yield _one("hientruong_up", "Whether the database answers.", 1 if self._health else 0)
        taking = self._reception
        yield _one("hientruong_reception_waiting", "Reports that wait for their commit.", taking.waiting)
        yield _one("hientruong_reception_oldest_seconds", "Since the oldest of them came.", taking.oldest_s)
        yield _one("hientruong_reception_p99_seconds", "Wait for the commit, last minute.", taking.p99_s)
        yield _one("hientruong_reception_failed", "Reports that failed, last minute.", taking.failed)
        lengths = {name: state.length for name, state in self._queues.items()}
        yield _many("hientruong_queue_length", "Tasks that wait in Redis.", "queue", lengths)
        ages = {name: state.oldest_s or 0.0 for name, state in self._queues.items()}
        yield _many(
            "hientruong_queue_oldest_seconds", "Age of the oldest task that waits; 0 for none.", "queue", ages
        )
        if self._health is None:
            return
        health = self._health
        read = {name: name in health.queues_read for name in QUEUES}
        yield _many("hientruong_queue_read", "Whether a living worker reads the queue.", "queue", read)
        yield _one("hientruong_events_unplaced", "Events that wait for their position.", health.unplaced)
        yield _one("hientruong_relay_lag_seconds", "Age of the oldest of them.", health.lag_s)
        yield _one(
            "hientruong_emergencies_unreached",
            "Emergencies that ring and could be told to nobody.",
            health.unreached,
        )
        yield _one("hientruong_reports_unrouted", "Reports not routed within 30 s.", health.unrouted)
        if health.backup_age_s is not None:
            yield _one("hientruong_backup_age_seconds", "Since the newest backup.", health.backup_age_s)
        yield _many("hientruong_consumer_behind", "Events not handed on.", "consumer", health.behind)
        ages = {sign.name: sign.age_s for sign in health.signs}
        yield _many(
            "hientruong_sign_of_life_age_seconds", "Since a process last said it lives.", "name", ages
        )


class _UpkeepGauges(Collector):
    def __init__(self, figures: UpkeepFigures) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        """Yield one family a figure; names of units and addresses stay inside."""
        free = {disk.uses[0]: disk.free for disk in self._figures.disks}
        size = {disk.uses[0]: disk.size for disk in self._figures.disks}
        yield _many("hientruong_disk_free_bytes", "Free space by what is kept there.", "disk", free)
        yield _many("hientruong_disk_size_bytes", "Size of that disk.", "disk", size)
        shown = self._figures.certificate
        if shown is not None:
            left = (shown.until - self._figures.now).total_seconds() if shown.until else 0.0
            yield _one(
                "hientruong_certificate_seconds", "Until the certificate ends; 0: not seen or trusted.", left
            )
        upkeep = self._figures.upkeep
        if upkeep is None:
            return
        stuck = {each.channel: each.waiting for each in upkeep.channels}
        lost = {each.channel: each.given_up for each in upkeep.channels}
        yield _many("hientruong_messages_failing", "Messages that wait after a failure.", "channel", stuck)
        yield _many("hientruong_messages_given_up", "Messages given up in the last week.", "channel", lost)
        yield _one("hientruong_cases_late", "Held cases past their deadline.", upkeep.late_cases)
        yield _one("hientruong_units_unattended", "Units whose notices nobody reads.", len(upkeep.unattended))
        yield _one("hientruong_database_bytes", "Size of the database.", upkeep.database_bytes)


def _one(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=value)


def _many(name: str, what: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, what, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
