"""Changes by administrators, each under one lock, checked, audited, and noticed by every process."""
