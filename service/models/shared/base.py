"""The declarative base and the column types that tables share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Identity, MetaData, Text, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Json = dict[str, Any]
Names = dict[str, str]
"""A name by language: `{"vi": …, "en": …}`; `vi` is always there."""

SmallKey = Annotated[int, mapped_column(Identity(always=True), primary_key=True)]
BigKey = Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]


class Base(DeclarativeBase):
    """Base of every table; times are stored with zone, strings as text, mappings as JSONB."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        str: Text,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        dict[str, str]: JSONB,
    }


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _keep_in_utc(_table: type[Base], _name: str, attribute: InstrumentedAttribute[Any]) -> None:
    """Every instant a row keeps is in UTC from the moment it is set, as it will be when it is read again:
    the answer to a change and the next one tell the same deadline with the same text.
    """
    columns = getattr(attribute.property, "columns", ())
    if columns and isinstance(columns[0].type, DateTime):
        event.listen(attribute, "set", _in_utc, retval=True)


def _in_utc(_row: Base, value: Any, _before: Any, _initiator: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else value
