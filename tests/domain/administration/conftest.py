"""The room of the administrator."""

from tests.domain.administration.stage import room

__all__ = ["room"]
