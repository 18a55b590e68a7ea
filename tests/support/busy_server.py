"""HTTP server on the loopback that many call at one moment."""

from __future__ import annotations

from http.server import ThreadingHTTPServer


class BusyServer(ThreadingHTTPServer):
    """Server with room for many callers that wait: with the usual five the system resets some of twenty."""

    request_queue_size = 64
