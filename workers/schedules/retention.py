"""Times at which what is kept is erased, hidden, tidied and backed up."""

from __future__ import annotations

from datetime import timedelta

from celery.schedules import crontab

from service.ops.queues import FILES, MAINTENANCE

KEEPING_TIMES: dict[str, dict[str, object]] = {
    "erase what was kept long enough": {
        "task": "workers.retention.carry_out",
        "schedule": timedelta(hours=1),
        "options": {"queue": MAINTENANCE, "expires": 3000},
    },
    "delete the files of what was erased": {
        "task": "workers.retention.delete_files",
        "schedule": timedelta(seconds=30),
        "options": {"queue": FILES, "expires": 60},
    },
    "rename the files of what was hidden": {
        "task": "workers.privacy.move_files",
        "schedule": timedelta(seconds=5),
        "options": {"queue": FILES, "expires": 10},
    },
    "hide what was withdrawn in earlier days": {
        "task": "workers.privacy.hide_withdrawn",
        "schedule": timedelta(hours=1),
        "options": {"queue": MAINTENANCE, "expires": 3000},
    },
    "delete files that no row names": {
        "task": "workers.orphans.sweep",
        "schedule": crontab(hour="20", minute="30"),  # half past three at night in Vietnam
        "options": {"queue": MAINTENANCE, "expires": 3600},
    },
    "go on with deleting files that no row names": {
        "task": "workers.orphans.go_on",
        "schedule": timedelta(minutes=1),
        "options": {"queue": MAINTENANCE, "expires": 60},
    },
    "make the day's backup": {
        "task": "workers.backups.make_if_due",
        "schedule": timedelta(minutes=10),
        "options": {"queue": MAINTENANCE, "expires": 600},
    },
    "keep the privacy ledger beside the backups": {
        "task": "workers.backups.copy_ledger",
        "schedule": timedelta(minutes=1),
        "options": {"queue": FILES, "expires": 60},
    },
}
