"""Pool and transport of Celery and Kombu in which a dead process or the loss of the broker ends no worker."""
