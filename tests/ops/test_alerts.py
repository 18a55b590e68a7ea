"""The alert rules and the dashboard name figures that there are."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from service.domain.notices.troubles.failures import ChannelTrouble
from service.ops import metrics
from service.ops.host.certificate import Certificate
from service.ops.host.disks import Disk
from service.ops.reception import ReceptionState
from tests.ops.checkup.test_findings import HEALTH, UPKEEP

OPS = Path(metrics.__file__).parent
NOW = datetime(2026, 3, 2, tzinfo=UTC)
RULES = yaml.safe_load((OPS / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
PANELS = json.loads((OPS / "dashboard.json").read_text(encoding="utf-8"))["panels"]


def exposed() -> set[str]:
    """Every name of a sample, of an installation with something of everything."""
    trouble = ChannelTrouble("email", 1, NOW, 1, 1, "away", NOW)
    upkeep = type(UPKEEP)([trouble], [], 1, 1, NOW, 1, None)
    shown = Certificate("hue.example", NOW + timedelta(days=9), "")
    figures = metrics.UpkeepFigures(upkeep, [Disk(("media",), 10, 5)], shown, NOW)
    state = ReceptionState(waiting=0, oldest_s=0.0, p99_s=0.0, failed=0)
    metrics.observe({"method": "GET", "route": None}, 200, 0.1)
    text = metrics.expose(HEALTH, {}, state, figures).decode()
    return set(re.findall(r"^# TYPE (\w+)", text, re.M)) | set(re.findall(r"^(hientruong_\w+)", text, re.M))


@pytest.mark.parametrize(
    "query",
    [*(rule["expr"] for rule in RULES), *(panel["targets"][0]["expr"] for panel in PANELS)],
)
def test_every_figure_that_is_asked_for_is_there(query: str) -> None:
    named = set(re.findall(r"hientruong_\w+", query))
    assert named and named <= exposed()


def test_rules_say_whom_they_wake_and_why() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule["labels"]["severity"] in ("page", "warn", "info") and rule["annotations"]["summary"]
