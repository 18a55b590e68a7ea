"""The coordinators' desk: its queue, a case with what lies around it, suggestions, saved filters."""
