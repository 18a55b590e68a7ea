"""Running an installation: backups and what operators watch. No HTTP, no Celery."""
