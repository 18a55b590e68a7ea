"""A checked city folder put into the tables: only what changed, each change told."""

from service.domain.configuration.cityload.ledger import EntryChange, What
from service.domain.configuration.cityload.load import CityRefused, LoadResult, load_city

__all__ = ["CityRefused", "EntryChange", "LoadResult", "What", "load_city"]
