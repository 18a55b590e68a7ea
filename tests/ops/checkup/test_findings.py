"""The installation in words: the worst first, each with what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.domain.health import Health, ProcessSign
from service.domain.notices.troubles.failures import ChannelTrouble
from service.domain.rules.unattended import UnattendedUnit
from service.domain.upkeep import Upkeep
from service.ops.checkup.findings import Facts, PartFinding, findings
from service.ops.checkup.words import size_words, why_failed
from service.ops.host.certificate import Certificate
from service.ops.host.disks import Disk
from service.ops.queues import QUEUES, QueueState
from service.sending.channels import CHANNELS

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
GB = 1024**3
HEALTH = Health(
    database="PostgreSQL 17",
    schema="1",
    signs=[ProcessSign(kind, kind, 1, lives=True, queues=QUEUES) for kind in ("relay", "worker", "beat")],
    unplaced=0,
    lag_s=0,
    behind={},
    unrouted=0,
    unreached=0,
    backup_age_s=3600,
    history_s=10**7,
)
UPKEEP = Upkeep([], [], 3, 10**9, NOW, 10**8, None)
WELL = Facts(
    now=NOW,
    timezone="Asia/Ho_Chi_Minh",
    health=HEALTH,
    upkeep=UPKEEP,
    queues={name: QueueState(0, None) for name in QUEUES},
    disks=[Disk(("media",), 100 * GB, 60 * GB)],
    certificate=Certificate("hue.example", NOW + timedelta(days=60), ""),
    channels=CHANNELS,
    set_up=frozenset(CHANNELS),
    sent={},
    scheduled_backup=True,
)
TROUBLE = ChannelTrouble(
    "email", 4, NOW - timedelta(hours=3), 2, 1, "mail server: SMTPAuthenticationError", NOW
)


def levels(facts: Facts) -> dict[str, PartFinding]:
    return {each.code: each for each in findings(facts)}


def test_all_is_well() -> None:
    assert {each.level for each in findings(WELL)} == {"good"}
    assert not [each for each in findings(WELL) if each.advice]


@pytest.mark.parametrize(
    ("facts", "code", "level", "said"),
    [
        (replace(WELL, health=None, upkeep=None), "database", "bad", "Không trả lời"),
        (replace(WELL, queues=None), "queues", "bad", "Redis"),
        (replace(WELL, health=replace(HEALTH, signs=HEALTH.signs[1:])), "processes", "bad", "relay"),
        (replace(WELL, health=replace(HEALTH, unrouted=2)), "routing", "bad", "2 phản ánh"),
        (replace(WELL, health=replace(HEALTH, unreached=1)), "emergencies", "bad", "1 phản ánh khẩn cấp"),
        (replace(WELL, health=replace(HEALTH, backup_age_s=200_000)), "backup", "bad", "2 ngày"),
        (replace(WELL, health=replace(HEALTH, backup_age_s=None)), "backup", "bad", "Chưa có"),
        (replace(WELL, upkeep=replace(UPKEEP, backup_problem="no space")), "backup", "bad", "không thành"),
        (replace(WELL, upkeep=replace(UPKEEP, channels=[TROUBLE])), "channel:email", "bad", "Sai tên"),
        (replace(WELL, set_up=frozenset({"email"})), "channel:sms", "off", "Chưa thiết lập"),
        (replace(WELL, disks=[Disk(("media",), 100 * GB, 10 * GB)]), "disk:media", "attention", "10%"),
        (replace(WELL, disks=[Disk(("media",), 100 * GB, 2 * GB)]), "disk:media", "bad", "2%"),
        (replace(WELL, disks=[Disk(("media",), 9000 * GB, 300 * GB)]), "disk:media", "good", "3%"),
        (replace(WELL, certificate=None), "certificate", "off", "không dùng https"),
        (
            replace(WELL, certificate=Certificate("h", NOW + timedelta(days=9), "")),
            "certificate",
            "bad",
            "11/03",
        ),
        (replace(WELL, certificate=Certificate("h", None, "expired")), "certificate", "bad", "expired"),
        (
            replace(
                WELL, upkeep=replace(UPKEEP, unattended=[UnattendedUnit(1, "hepco", 0, 7, by_rule=True)])
            ),
            "units",
            "bad",
            "7 phản ánh",
        ),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_is_wrong_is_said_with_what_to_do(facts: Facts, code: str, level: str, said: str) -> None:
    found = levels(facts)[code]
    assert found.level == level and said in found.says
    assert bool(found.advice) == (level != "good")
    assert findings(facts)[0].level == (level if level == "bad" else findings(facts)[0].level)


def test_a_queue_that_is_late_or_read_by_nobody_is_named() -> None:
    late = replace(WELL, queues={**(WELL.queues or {}), "photos": QueueState(5, 4000)})
    assert "xử lý ảnh" in levels(late)["queues"].says
    signs = [replace(each, queues=("routing",)) for each in HEALTH.signs]
    assert "gửi email" in levels(replace(WELL, health=replace(HEALTH, signs=signs)))["queues"].says


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("mail server: gaierror", "Không tìm thấy"),
        ("mail server: ConnectionRefusedError", "Không kết nối"),
        ("recipient refused (550)", "người nhận"),
        ("SMS gateway answered 401", "Sai tên"),
        ("mail server: TimeoutError", "không trả lời kịp"),
        ("push service answered 410", "người nhận"),
        ("mail server said 451", "tạm từ chối"),
        ("the day's ceiling of SMS is reached", "tối đa"),
        ("KeyError", "lý do khác"),
    ],
)
def test_what_a_server_said_is_told_in_plain_words(error: str, said: str) -> None:
    assert said in why_failed(error)


def test_sizes_are_told_in_the_unit_that_fits() -> None:
    assert [size_words(each) for each in (0, 1500, 3_240_000_000, 250_000_000_000)] == [
        *("0 B", "2 KB", "3,2 GB", "250 GB")
    ]
