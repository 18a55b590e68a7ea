"""YAML text into plain values together with the place of each; the values are not judged here.

Scalars stay the text that was written (only an empty or `null` one is None), so that a ward code
keeps its leading zero and `13:30` stays a time; the schema turns them into what they should be.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Any

import yaml

from service.domain.configuration.cityfile.places import Mistake, Path, SourcePositions, spell_path

MAX_BYTES = 2_000_000
MAX_DEPTH = 30
NULLS = frozenset({"", "~", "null", "Null", "NULL"})

Tree = str | dict[str, Any] | list[object] | None
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class YamlFile:
    """Result of reading a file: `data` is None when nothing could be; `mistakes` says what is wrong
    with the text.
    """

    places: SourcePositions
    data: Tree = None
    mistakes: list[Mistake] = field(default_factory=list)


def read_yaml(name: str, content: bytes) -> YamlFile:
    """Read one document. Raises nothing: whatever is wrong becomes a mistake."""
    try:
        text = _decode(content)
        _check_depth(text)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        problem = ": ".join(part for part in (wrong.context, wrong.problem) if part)
        return _unreadable(name, line, column, f"not readable as YAML: {problem or 'broken'}")
    except (yaml.YAMLError, ValueError) as wrong:
        return _unreadable(name, 0, 0, f"not readable as YAML: {str(wrong).splitlines()[0]}")
    builder = _Builder(name)
    data = builder.build(root, ()) if root is not None else None
    return YamlFile(SourcePositions(name, builder.values, builder.keys), data, builder.mistakes)


def _decode(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise ValueError(f"the file is larger than {MAX_BYTES:,} bytes")
    try:
        return unicodedata.normalize("NFC", content.decode("utf-8-sig"))
    except UnicodeDecodeError as wrong:
        raise ValueError(f"not UTF-8 text (byte {wrong.start})") from wrong


def _check_depth(text: str) -> None:
    """Composing recurses, so depth is bounded before: a hostile file must not end the process."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise yaml.MarkedYAMLError(None, None, f"nested deeper than {MAX_DEPTH}", _mark(event))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _unreadable(name: str, line: int, column: int, message: str) -> YamlFile:
    return YamlFile(SourcePositions(name), None, [Mistake(name, line, column, "", message)])


def _mark(event: yaml.Event) -> Any:
    return event.start_mark


def _at(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


class _Builder:
    """Turns nodes into values, noting where each stands."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.values: dict[Path, tuple[int, int]] = {}
        self.keys: dict[Path, tuple[int, int]] = {}
        self.mistakes: list[Mistake] = []
        self.seen: set[int] = set()

    def build(self, node: yaml.Node, path: Path) -> Tree:
        if id(node) in self.seen:
            # An alias is the same node again; refusing them also refuses loops and "billion laughs".
            self._wrong(node, path, "anchors and aliases are not used in a city folder; write it out")
            return None
        self.seen.add(id(node))
        self.values[path] = _at(node)
        if not node.tag.startswith("tag:yaml.org,2002:"):
            self._wrong(node, path, f'the tag "{node.tag}" means nothing here')
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, number)) for number, item in enumerate(node.value)]
        found = self._scalar(node, path)
        if found is None:
            self.values[path] = self.keys.get(path, self.values[path])
        return found

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Tree]:
        result: dict[str, Tree] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._wrong(key, path, "a key must be a word")
            elif key.value in result:
                self._wrong(key, (*path, key.value), f'"{key.value}" is given twice')
            else:
                self.keys[(*path, key.value)] = _at(key)
                result[key.value] = self.build(value, (*path, key.value))
        return result

    def _scalar(self, node: yaml.Node, path: Path) -> str | None:
        value = str(node.value)
        if "\x00" in value:
            self._wrong(node, path, "a NUL character is not allowed")
            return None
        return None if not getattr(node, "style", None) and value in NULLS else value

    def _wrong(self, node: yaml.Node, path: Path, message: str) -> None:
        line, column = _at(node)
        self.mistakes.append(Mistake(self.name, line, column, spell_path(path), message))
