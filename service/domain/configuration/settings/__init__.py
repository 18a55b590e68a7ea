"""Settings of the city as administrators change them, group by group: read, foreseen, put in force."""
