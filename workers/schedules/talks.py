"""Times at which conversations are read, answered, sent and forgotten."""

from __future__ import annotations

from datetime import timedelta

from service.ops.queues import CHANNELS, MAILBOX, MAINTENANCE, MEDIA, TALKS

TALK_TIMES: dict[str, dict[str, object]] = {
    "read and answer conversations": {
        "task": "workers.talks.read",
        "schedule": timedelta(seconds=2),
        "options": {"queue": TALKS, "expires": 4},
    },
    **{
        f"send what conversations say by {channel}": {
            "task": "workers.talks.send",
            "args": (channel,),
            "schedule": timedelta(seconds=2),
            "options": {"queue": channel, "expires": 4},
        }
        for channel in CHANNELS
    },
    "read the city's mailbox": {
        "task": "workers.talks.mailbox.poll",
        "schedule": timedelta(seconds=20),
        "options": {"queue": MAILBOX, "expires": 20},
    },
    "talk with the companies' groups": {
        "task": "workers.talks.groups.exchange",
        "schedule": timedelta(seconds=5),
        "options": {"queue": "zalo", "expires": 10},
    },
    "fetch files of conversations": {
        "task": "workers.talks.media.fetch_files",
        "schedule": timedelta(seconds=2),
        "options": {"queue": MEDIA, "expires": 4},
    },
    "pass time over conversations": {
        "task": "workers.talks.sweep",
        "schedule": timedelta(minutes=1),
        "options": {"queue": TALKS, "expires": 60},
    },
    "renew tokens of channels": {
        "task": "workers.talks.renew",
        "schedule": timedelta(minutes=10),
        "options": {"queue": TALKS, "expires": 300},
    },
    "erase old conversations": {
        "task": "workers.talks.retire",
        "schedule": timedelta(hours=1),
        "options": {"queue": MAINTENANCE, "expires": 3000},
    },
}
