"""Kombu's Redis transport, in which a message whose connection is gone ends no worker."""

from __future__ import annotations

from kombu.transport import TRANSPORT_ALIASES, redis


class ConnectionCheckedChannel(redis.Channel):
    """A channel of which a late acknowledgement is a lost connection, not a bug.

    With a pool of processes a task may end after its connection was given up. Kombu 5.7 then looks into a
    client that is None: an AttributeError in the worker's loop, and the whole worker ended (the survival run:
    once for each time Redis was killed). A ConnectionError is logged, and the message comes again.
    """

    def _connparams(self, *args: object, **kwargs: object) -> dict[str, object]:
        if getattr(self.connection, "client", None) is None:
            raise ConnectionError("The connection that brought this message was closed.")
        params: dict[str, object] = super()._connparams(*args, **kwargs)
        return params


class Transport(redis.Transport):
    """Redis, with channels of the kind above."""

    Channel = ConnectionCheckedChannel


def use_transport() -> None:
    """Make `redis` and `redis+socket` URLs mean this transport, in this process."""
    TRANSPORT_ALIASES["redis"] = f"{__name__}:{Transport.__qualname__}"
