"""OGC API – Features by its own rules, without HTTP."""
