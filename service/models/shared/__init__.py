"""The declarative base and the column types that tables share."""
