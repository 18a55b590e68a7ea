"""The survival run: everything is killed in turn under load, then what was promised is counted."""
