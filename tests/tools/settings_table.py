"""OPERATIONS.md's table of settings, made from the code: `python -m tests.tools.settings_table --write`."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from pydantic_core import PydanticUndefined

from service.settings import Settings, variable_name

OPERATIONS = Path(__file__).resolve().parents[2] / "service" / "OPERATIONS.md"
BEGIN, END = "<!-- settings: made from service/settings -->", "<!-- end of settings -->"


def settings_table() -> str:
    """Every setting with its default and meaning, as a Markdown table."""
    rows = ["| setting | default | meaning |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = "–" if field.default is PydanticUndefined else f"`{_plain(field.default)}`"
        rows.append(f"| `{variable_name(name)}` | {default} | {field.description} |")
    return "\n".join(rows)


def with_tables(text: str) -> str:
    """The document's text with its made part as it should be. Raises ValueError without the markers."""
    made = f"{BEGIN}\n{settings_table()}\n{END}"
    replaced, found = re.subn(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: made, text, flags=re.DOTALL)
    if found != 1:
        raise ValueError(f"OPERATIONS.md needs {BEGIN} and {END} once")
    return replaced


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def main() -> int:
    """Write or check; 1 when the table is not current."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.settings_table", description=__doc__)
    parser.add_argument("--write", action="store_true")
    wanted = parser.parse_args()
    text = OPERATIONS.read_text(encoding="utf-8")
    current = with_tables(text)
    if wanted.write:
        OPERATIONS.write_text(current, encoding="utf-8")
        return 0
    return int(current != text)


if __name__ == "__main__":
    sys.exit(main())
