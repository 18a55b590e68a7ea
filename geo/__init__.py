"""Places, shapes and areas: pure geometry that knows nothing of reports."""
