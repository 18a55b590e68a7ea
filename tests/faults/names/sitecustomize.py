"""Names that only the survival run knows: `push.silent7.test` and its like are the SILENT_ADDRESS.

Python imports this by itself in each process of the installation under test: its PYTHONPATH says so.
"""

from __future__ import annotations

import os
import socket
from typing import Any

_known = socket.getaddrinfo
_address = os.environ.get("SILENT_ADDRESS", "")


def _look_up(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
    silent = _address and isinstance(host, str) and host.startswith("push.silent") and host.endswith(".test")
    return _known(_address if silent else host, port, *rest, **more)


socket.getaddrinfo = _look_up
