"""Equipment of clean-ups: what is needed, what is there, what is asked for."""
