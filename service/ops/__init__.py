"""Running an installation: logs, metrics, queues and what operators watch. No HTTP, no Celery."""
