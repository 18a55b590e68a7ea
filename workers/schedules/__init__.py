"""When what happens: the parts of the schedule that `app.py` puts together."""
