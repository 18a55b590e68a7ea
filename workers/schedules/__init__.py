"""Parts of the schedule that `app.py` puts together."""
