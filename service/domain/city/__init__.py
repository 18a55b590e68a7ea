"""The city as data: reference data, calendar, places, wards, questions, templates. No cases."""
