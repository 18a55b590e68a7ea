"""The inspector's page in the street."""
