"""Celery's pool of processes, in which a process that just died ends no worker."""

from __future__ import annotations

from celery.concurrency import asynpool, prefork


class ReconnectingPool(asynpool.AsynPool):
    """A pool that can be watched anew while one of its processes is dead and not yet taken out.

    After each loss of the broker, Celery 5.7 watches all processes again. One whose end was noticed, but that
    the pool still counts because the system had not reaped it, has no descriptor left: a ValueError in the
    worker's start, and the whole worker ended (seen twice in survival runs). The pool's timer
    replaces that process a moment later, so it is passed over.
    """

    def _track_child_process(self, proc: object, hub: object) -> None:
        if getattr(proc, "_sentinel_poll", 0) is not None:
            super()._track_child_process(proc, hub)


class TaskPool(prefork.TaskPool):
    """Pool of processes of a worker that runs several tasks at once."""

    Pool = ReconnectingPool
