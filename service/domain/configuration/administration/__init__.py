"""What administrators change: each change under one lock, checked, audited, and noticed by every process."""
