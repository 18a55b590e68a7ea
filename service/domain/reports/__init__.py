"""Reports themselves: reception, life cycle, events, access, photos, flags."""
