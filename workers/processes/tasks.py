"""Every task's code, imported at once: for a process that is about to fork workers."""

from workers.app import celery_app

celery_app.loader.import_default_modules()
# Else each worker makes its own: with the modules of `plan.IMPORTS` that Celery imports late, 3 MB of each.
celery_app.finalize(auto=True)
