"""The declarative base and the column types that tables share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVar, cast

from sqlalchemy import BigInteger, DateTime, Dialect, Identity, MetaData, Text, TypeDecorator, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, mapped_column
from typing_extensions import TypedDict  # the one that pydantic describes before Python 3.12

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Json = dict[str, Any]
"""JSON object of a column whose keys depend on the row."""

Names = dict[str, str]
"""A name by language: `{"vi": …, "en": …}`; `vi` is always there."""


class StoredRecipient(TypedDict):
    """Recipient of a document, as stored, and for what: `để báo cáo`."""

    name: str
    purpose: str


SmallKey = Annotated[int, mapped_column(Identity(always=True), primary_key=True)]
BigKey = Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]


E = TypeVar("E", bound=StrEnum)


class EnumText(TypeDecorator[E]):
    """Text column whose values are members of `enum`; a constraint of the table says which are taken.

    A value that is no member is passed on as it is: while an upgrade runs, the code before it reads rows that
    the new code wrote, and must not fail on them.
    """

    impl = Text
    cache_ok = True

    def __init__(self, enum: type[E]) -> None:
        super().__init__()
        self.enum = enum
        self._members: dict[str, E] = {member.value: member for member in enum}

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """Return the value as text."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        """Return the member of that value."""
        return None if value is None else self._members.get(value, cast("E", value))


def one_of(column: str, values: type[StrEnum]) -> str:
    """Return the SQL condition that `column` is one of the enum's values."""
    return f"{column} in ({listed(values)})"


def listed(values: Iterable[StrEnum]) -> str:
    """Return the values as a list of SQL literals in the order of their enum."""
    wanted = set(values)
    return ", ".join(f"'{each}'" for each in type(next(iter(wanted))) if each in wanted)


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
def _keep_in_utc(_table: type[Base], _name: str, attribute: InstrumentedAttribute[object]) -> None:
    """Every instant a row keeps is in UTC from the moment it is set, as it will be when it is read again:
    the answer to a change and the next one tell the same deadline with the same text.
    """
    columns = getattr(attribute.property, "columns", ())
    if columns and isinstance(columns[0].type, DateTime):
        event.listen(attribute, "set", _in_utc, retval=True)


def _in_utc(_row: Base, value: object, _before: object, _initiator: object) -> object:
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else value
