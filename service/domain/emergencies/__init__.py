"""Emergencies: what makes a report one, who is told until somebody takes it, who is on duty."""
