"""Open data: which reports, columns and files there are, and the catalogues that describe them."""
