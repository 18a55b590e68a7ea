"""The bell of the staff: what concerns them, and what they have read of it."""
