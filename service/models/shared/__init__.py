"""The declarative base and the column types that tables share."""

from service.models.shared.base import Base

__all__ = ["Base"]
