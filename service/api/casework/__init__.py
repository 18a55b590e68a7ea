"""Steps of cases, work on them, inspections and emergencies over JSON."""
