"""Tables of work on cases: requests for more time, inspections, the desk."""
