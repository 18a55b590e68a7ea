"""Commands of one process each: what is wrong on their command line is refused before anything starts."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from service.cli import app
from service.ops.queues import QUEUES


@pytest.mark.parametrize("queues", ["nothing", "routing,nothing", "routing,,sms", ""])
def test_a_worker_of_a_queue_that_there_is_not_is_refused(queues: str) -> None:
    done = CliRunner().invoke(app, ["worker", "--queues", queues], env={"COLUMNS": "1000"})
    assert done.exit_code == 2
    assert "there is no queue" in done.output
    assert all(name in done.output for name in QUEUES)
