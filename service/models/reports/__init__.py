"""Tables of reports: the report, its photos, events, contact, emergency and participation."""
