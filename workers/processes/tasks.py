"""Every task's code, imported at once: for a process that is about to fork workers."""

from workers.app import celery_app

celery_app.loader.import_default_modules()
