"""CSV with a heading and `#` comments into plain rows, with the line of each."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator

from service.domain.configuration.cityfile.places import Mistake, Path, SourcePositions, did_you_mean

MAX_BYTES = 20_000_000
Rows = list[dict[str, str]]


def read_csv(
    name: str, content: bytes, columns: tuple[str, ...], optional: tuple[str, ...] = ()
) -> tuple[Rows, SourcePositions, list[Mistake]]:
    """Return rows by column name, where each stands, and what is wrong with the file. Empty cells are left
    out.
    """
    try:
        lines = list(_lines(name, content))
    except (ValueError, csv.Error) as wrong:
        return [], SourcePositions(name), [Mistake(name, 0, 0, "", f"not readable as CSV: {wrong}")]
    if not lines:
        return (
            [],
            SourcePositions(name),
            [Mistake(name, 1, 1, "", f"expected a heading: {','.join(columns)}")],
        )
    (at, heading), body = lines[0], lines[1:]
    mistakes = list(_check_heading(name, at, heading, columns, optional))
    if mistakes:
        return [], SourcePositions(name), mistakes
    rows: Rows = []
    values: dict[Path, tuple[int, int]] = {(): (at, 1)}
    for line, cells in body:
        if len(cells) != len(heading):
            message = f"{len(cells)} columns where the heading has {len(heading)}"
            mistakes.append(Mistake(name, line, 1, "", message))
            continue
        values[(len(rows),)] = (line, 1)
        values.update({(len(rows), key): (line, number + 1) for number, key in enumerate(heading)})
        rows.append({key: cell for key, cell in zip(heading, cells, strict=True) if cell})
    return rows, SourcePositions(name, values), mistakes


def _lines(name: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield number and cells of each line, but for empty ones and comments. Raises ValueError, csv.Error."""
    if len(content) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES:,} bytes")
    try:
        text = unicodedata.normalize("NFC", content.decode("utf-8-sig"))
    except UnicodeDecodeError as wrong:
        raise ValueError(f"not UTF-8 text (byte {wrong.start})") from wrong
    if "\x00" in text:
        raise ValueError("a NUL character is not allowed")
    # Comments become empty lines, so that line numbers stay those of the file.
    kept = ("" if line.startswith("#") else line for line in io.StringIO(text, newline=None))
    reader = csv.reader(kept, strict=True)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, [cell.strip() for cell in cells]


def _check_heading(
    name: str, line: int, heading: list[str], columns: tuple[str, ...], optional: tuple[str, ...]
) -> Iterator[Mistake]:
    known = (*columns, *optional)
    for number, word in enumerate(heading):
        if word not in known:
            hint = did_you_mean(word, known) or f"; known are {', '.join(known)}"
            yield Mistake(name, line, number + 1, word, f'unknown column "{word}"{hint}')
        elif word in heading[:number]:
            yield Mistake(name, line, number + 1, word, f'column "{word}" is given twice')
    for word in columns:
        if word not in heading:
            yield Mistake(name, line, 1, word, f'column "{word}" is missing')
