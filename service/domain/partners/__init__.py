"""Partners: departments whose cases are worked on in another system, reached by Open311."""
