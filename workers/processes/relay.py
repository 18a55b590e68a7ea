"""The relay: gives events their order and hands them on. One is active; a second waits to take over."""

from __future__ import annotations

import signal
import time
from datetime import UTC, datetime
from itertools import islice
from types import FrameType

from celery import Celery
from kombu.exceptions import OperationalError as BrokerError
from redis import Redis
from redis.client import PubSub
from redis.exceptions import RedisError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from service.db import RELAY, make_engine, transaction
from service.domain.relay import (
    ConsumerBatch,
    advance,
    count_unpositioned,
    create_batches,
    give_positions,
    record_heartbeat,
    take_lock,
)
from service.ops.telemetry import configure, get_logger
from service.ops.wake import WAKE_CHANNEL
from service.settings import Settings, get_settings
from workers.app import make_celery
from workers.processes.fallback import Fallback

log = get_logger(__name__)

LOOK_EVERY_S = 1.0
BEAT_EVERY_S = 5.0
MOST = 1000
"""Events placed, and handed to one consumer, in one round."""


class Relay:
    """Rounds of: place new events, tell each consumer, wait to be woken."""

    def __init__(self, settings: Settings) -> None:
        self.engine: Engine = make_engine(settings.sqlalchemy_url, pool=1, limits=RELAY)
        self.celery: Celery = make_celery(settings)
        self.redis = Redis.from_url(
            settings.redis_url, socket_timeout=3, socket_connect_timeout=2, health_check_interval=5
        )
        self.stopping = False
        self._wake_ups: PubSub | None = None
        self._beaten = float("-inf")
        self._troubled: str | None = None

    def stop(self, _signal: int, _frame: FrameType | None) -> None:
        """Finish the round under way, then leave."""
        self.stopping = True

    def run(self) -> None:
        """Work until stopped; whatever is away is waited for."""
        while not self.stopping:
            try:
                with self.engine.connect() as connection:
                    self._hold(connection)
            except DBAPIError as error:
                self._trouble("database away", error)
                time.sleep(LOOK_EVERY_S)
        self.engine.dispose()

    def _hold(self, connection: Connection) -> None:
        """Be the active relay for as long as this connection lives."""
        standing_by = False
        while not self.stopping:
            with transaction(connection) as session:
                if take_lock(session):
                    break
                record_heartbeat(session, "relay:standby", "relay", datetime.now(UTC), {})
            if not standing_by:
                log.info("another relay is active, standing by")
                standing_by = True
            time.sleep(LOOK_EVERY_S)
        log.info("relay active")
        self._troubled = None
        while not self.stopping:
            if not self.round(connection):
                self._wait()

    def round(self, connection: Connection) -> bool:
        """Do one round: place events, hand them on; return whether there may be more to do at once."""
        with transaction(connection) as session:
            placed = give_positions(session, MOST)
        with transaction(connection) as session:
            pending = create_batches(session, datetime.now(UTC), MOST)
            session.expunge_all()
        if pending and not self._redis_answers():
            self._beat(connection, placed)
            return False
        running = True
        for batch in pending:  # one that fails does not keep the others from being told
            running = self._tell(connection, batch) and running
        self._beat(connection, placed)
        return running and (placed == MOST or any(len(batch.ids) == MOST for batch in pending))

    def _tell(self, connection: Connection, batch: ConsumerBatch) -> bool:
        """Hand on, then move the bookmark: at least once, never lost. False while Redis is away."""
        try:
            if batch.consumer.delivery == "channel":
                self.redis.publish(batch.consumer.target, str(batch.position))
            else:
                self._send(batch)
        except (BrokerError, RedisError, OSError) as error:
            self._trouble("redis away", error)
            return False
        with transaction(connection) as session:
            advance(session, batch.consumer.name, batch.position)
        return True

    def _redis_answers(self) -> bool:
        """Return whether Redis takes what is handed on.

        Without asking first, each consumer's turn waits 6 s for it, and no event gets its position meanwhile.
        """
        try:
            self.redis.ping()
        except (RedisError, OSError) as error:
            self._trouble("redis away", error)
            return False
        if self._troubled == "redis away":
            log.info("redis is back")
            self._troubled = None
        return True

    def _send(self, batch: ConsumerBatch) -> None:
        consumer, ids = batch.consumer, iter(batch.ids)
        with self.celery.producer_or_acquire() as producer:
            while chunk := list(islice(ids, consumer.batch)):
                self.celery.send_task(
                    consumer.target, args=[chunk], queue=consumer.queue, producer=producer, retry=False
                )

    def _wait(self) -> None:
        """Wait until woken through Redis, at most `LOOK_EVERY_S`."""
        try:
            if self._wake_ups is None:
                self._wake_ups = self.redis.pubsub(ignore_subscribe_messages=True)
                self._wake_ups.subscribe(WAKE_CHANNEL)
            self._wake_ups.get_message(timeout=LOOK_EVERY_S)
            while self._wake_ups.get_message(timeout=0):
                pass  # many wake-ups are one
        except (RedisError, OSError):
            self._wake_ups = None
            time.sleep(LOOK_EVERY_S)

    def _beat(self, connection: Connection, placed: int) -> None:
        if time.monotonic() - self._beaten < BEAT_EVERY_S:
            return
        self._beaten = time.monotonic()
        with transaction(connection) as session:
            waiting = count_unpositioned(session)
            record_heartbeat(
                session, "relay", "relay", datetime.now(UTC), {"unplaced": waiting, "placed": placed}
            )

    def _trouble(self, what: str, error: Exception) -> None:
        """Say once that something is away, not at every look."""
        if self._troubled != what:
            log.warning(what, error=type(error).__name__)
            self._troubled = what


def main() -> None:
    """Run the relay in this process until SIGTERM or SIGINT."""
    settings = get_settings()
    configure(settings.log_format, settings.log_level, "relay")
    relay = Relay(settings)
    signal.signal(signal.SIGTERM, relay.stop)
    signal.signal(signal.SIGINT, relay.stop)
    fallback = Fallback()
    fallback.start()
    relay.run()
    fallback.stop()


if __name__ == "__main__":
    main()
