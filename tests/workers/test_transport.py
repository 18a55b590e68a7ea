"""A message that is acknowledged after its connection was lost costs a line in the log, not the worker."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock
from uuid import uuid4

from kombu.connection import Connection
from kombu.entity import Queue

from tests.conftest import Servers
from workers.broker.transport import ConnectionCheckedChannel, use_transport


def test_a_late_acknowledgement_is_a_lost_connection(servers: Servers) -> None:
    use_transport()
    connect: Any = Connection
    connection = connect(f"redis+socket://{servers.redis_socket}")
    name = f"late-{uuid4().hex}"
    bind: Any = Queue
    queue = bind(name)(connection.default_channel)
    queue.declare()
    connection.Producer().publish({"n": 1}, routing_key=name)
    message = queue.get()
    assert isinstance(message.channel, ConnectionCheckedChannel)
    errors, log = connection.connection_errors, Mock()

    connection.transport.client = None  # as the consumer leaves it when Redis went
    channel: Any = message.channel
    channel._disconnect_pools()

    message.ack_log_error(log, errors)
    [said] = log.critical.call_args_list
    assert isinstance(said.args[2], ConnectionError)
    assert not message.acknowledged
    connection.transport.client = connection
    connection.release()
