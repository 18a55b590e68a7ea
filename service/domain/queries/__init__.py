"""Reading: lists, one report, its timeline, what is similar, figures. Nothing here writes."""
