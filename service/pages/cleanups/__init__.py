"""Pages of clean-ups: what everybody sees and signs up for, what colleagues make and lead."""
