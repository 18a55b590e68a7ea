"""The scheduler's application: it sends tasks by name and imports none of their code."""

from __future__ import annotations

from service.settings import get_settings
from workers.app import make_celery

scheduler_app = make_celery(get_settings())
