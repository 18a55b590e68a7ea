"""What a log line carries, and what it must never carry."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from service.ops import telemetry


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """Logs as JSON into a buffer; the root logger is put back afterwards."""
    root = logging.getLogger()
    handlers, level, show = list(root.handlers), root.level, warnings.showwarning
    buffer = io.StringIO()
    telemetry.configure("json", "info", "api", buffer)
    yield buffer
    logging.captureWarnings(False)
    root.handlers[:], warnings.showwarning = handlers, show
    root.setLevel(level)


def lines(buffer: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in buffer.getvalue().splitlines()]


def test_a_line_carries_the_ids_it_is_about(out: io.StringIO) -> None:
    with telemetry.about(request_id="r-1"), telemetry.about(report_id="HUE-7K3M-92"):
        telemetry.get_logger(__name__).info("routed", ward="Thuận Hoá")
    telemetry.get_logger(__name__).info("idle")
    first, second = lines(out)
    assert first["event"] == "routed"
    assert (first["request_id"], first["report_id"], first["process"]) == ("r-1", "HUE-7K3M-92", "api")
    assert first["ward"] == "Thuận Hoá"
    assert first["level"] == "info"
    assert "request_id" not in second


def test_letters_stay_readable(out: io.StringIO) -> None:
    telemetry.get_logger(__name__).info("Đã tiếp nhận")
    assert "Đã tiếp nhận" in out.getvalue()


def test_libraries_that_use_plain_logging_get_the_same_fields(out: io.StringIO) -> None:
    with telemetry.about(request_id="r-2"):
        logging.getLogger("library").warning("slow %s", "query", extra={"took_ms": 7})
    (line,) = lines(out)
    assert line["event"] == "slow query"
    assert line["request_id"] == "r-2"
    assert line["took_ms"] == 7
    assert line["logger"] == "library"


@pytest.mark.parametrize("key", sorted(telemetry.PRIVATE))
def test_personal_data_and_secrets_are_masked(out: io.StringIO, key: str) -> None:
    telemetry.get_logger(__name__).info("sent", **{key: "0905 123 456"})
    logging.getLogger("library").info("sent", extra={key: "0905 123 456"})
    said = [{**line, "timestamp": ""} for line in lines(out)]  # a clock may show 0905 too
    assert "0905" not in str(said)
    assert [line[key] for line in lines(out)] == ["***", "***"]


def test_an_exception_is_one_line_without_local_values(out: io.StringIO) -> None:
    try:
        hidden = "the reporter's number"
        raise ValueError(len(hidden))
    except ValueError:
        telemetry.get_logger(__name__).exception("failed")
    (line,) = lines(out)
    assert "ValueError: 21" in line["exception"]
    assert hidden not in line["exception"].replace('hidden = "the reporter\'s number"', "")


def test_what_is_below_the_level_is_left_out(out: io.StringIO) -> None:
    telemetry.get_logger(__name__).debug("detail")
    logging.getLogger("uvicorn.access").info("GET /")
    assert out.getvalue() == ""


def test_chatty_libraries_speak_when_everything_is_wanted(out: io.StringIO) -> None:
    telemetry.configure("json", "DEBUG", "api", out)
    logging.getLogger("celery.beat").info("sending")
    assert lines(out)[0]["event"] == "sending"


def test_configuring_again_does_not_double_lines(out: io.StringIO) -> None:
    telemetry.configure("json", "INFO", "worker", out)
    telemetry.get_logger(__name__).info("once")
    (line,) = lines(out)
    assert line["process"] == "worker"


def test_the_console_form_is_for_people(out: io.StringIO) -> None:
    telemetry.configure("console", "INFO", "api", out)
    with telemetry.about(report_id="HUE-1"):
        telemetry.get_logger(__name__).info("routed")
    assert "routed" in out.getvalue()
    assert "report_id=HUE-1" in out.getvalue()
    assert not out.getvalue().startswith("{")
