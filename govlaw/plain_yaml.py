"""YAML that users write: values as they are written, no references, little depth.

What YAML can do beyond that a name and its value do not need: anchors that stand for each other
make a file of some lines a list of billions, and deep nesting ends the reader.
"""

from __future__ import annotations

from typing import Any

import yaml

#: Lists within lists of a file.
MAX_DEPTH = 40
#: Characters: reading takes seconds for each 100,000.
MAX_CHARACTERS = 100_000


class _Loader(yaml.BaseLoader):
    """Keeps every value as text: 010101 stays a code, a date stays text."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        mark = self.peek_event().start_mark
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="references are not read", problem_mark=mark)
        if self._depth >= MAX_DEPTH:
            raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=mark)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


def load(text: str) -> Any:
    """Return what a text says: text, and lists and maps of it.

    Raises
    ------
    yaml.YAMLError
        If it is not YAML, refers to another of its parts, is nested more than ``MAX_DEPTH`` times
        or has more than ``MAX_CHARACTERS``; ``problem_mark.line`` is the line, from 0, where it
        is known.
    """
    if len(text) > MAX_CHARACTERS:
        raise yaml.YAMLError(f"more than {MAX_CHARACTERS} characters")
    return yaml.load(text, Loader=_Loader)
