"""The service: what it does (domain), its HTTP faces (api, pages) and how it is run."""
