"""Background work behind reception: the relay, and the Celery tasks it hands work to."""
