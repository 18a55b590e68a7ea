"""Work that hiding leaves to be done: files that still have an old name, reports withdrawn in
earlier days.
"""

from __future__ import annotations

from service.db import unit_of_work
from service.domain.publication import files
from service.domain.publication.backlog import hide_withdrawn
from service.ops.telemetry import get_logger
from service.web.takedown import carry_out
from workers.app import celery_app, engine, now, storage

log = get_logger(__name__)

FILES = 100
BATCH, MOST_BATCHES = 200, 5


@celery_app.task(name="workers.privacy.move_files", acks_late=False)
def move_files() -> int:
    """Give public files of what was hidden their new names; how many old names are gone."""
    with unit_of_work(engine()) as session:
        moves = files.take_moves(session, now(), FILES)
    if not moves:
        return 0
    done = carry_out(storage(), moves)
    with unit_of_work(engine()) as session:
        for move in moves:
            if move.id in done:
                files.moved(session, move.id)
            else:
                files.postpone_move(session, move, now())
    return len(done)


@celery_app.task(name="workers.privacy.hide_withdrawn")
def hide_withdrawn_before() -> int:
    """Hide reports that were withdrawn before withdrawing hid them, a batch a transaction; how many."""
    total = 0
    for _ in range(MOST_BATCHES):
        with unit_of_work(engine()) as session:
            hidden = hide_withdrawn(session, now(), BATCH)
        total += hidden
        if not hidden:
            break
    return total
