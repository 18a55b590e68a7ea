"""One case as every verb works with it: the change asked for, its parts, deadline, evidence and words."""
