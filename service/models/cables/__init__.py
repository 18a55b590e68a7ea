"""Tables of hanging cables: routes of the undergrounding plan, sections of companies, claims."""
