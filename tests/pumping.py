"""Worst cases of regular expressions: texts that make each of their repeats run long.

From the syntax tree of a pattern: for each repeat, the shortest text that leads to it and a text
that its body matches; repeated, and followed by something that it does not match, it makes a
backtracking engine try every way to divide it. ``python tests/pumping.py`` lists how many patterns
and texts there are.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

ROOT = Path(__file__).parent.parent
_COMMON = "中一0 的，。；、a件%年第省市1二（"
_CATEGORIES = {"DIGIT": "0", "SPACE": " ", "WORD": "a中", "NOT_DIGIT": "中", "NOT_SPACE": "中"}
_CATEGORIES["NOT_WORD"] = "，"
_REPEATS = (code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT)

#: Reads the reports named on its command line and a file of every other kind (``fuzzing.py``);
#: prints every pattern that the package compiled or used.
_SPY = """
import json, re, sys
compiled, real = {}, re._compile
def spy(pattern, flags):
    made, frame = real(pattern, flags), sys._getframe(2)
    owner = frame.f_globals.get("__name__", "")
    if owner.startswith("govlaw") and isinstance(made.pattern, str):
        compiled.setdefault((made.pattern, int(made.flags)), owner)
    return made
re._compile = spy
sys.path.insert(0, "tests")
from pathlib import Path
import fuzzing
from govlaw.extraction import extract_file
for name in sys.argv[1:]:
    extract_file(Path(name))
for name in fuzzing.TARGETS:
    for data in list(fuzzing.TARGETS[name].seeds())[:5]:
        if name not in ("codebook", "text"):  # a user's patterns; the reports above
            fuzzing.call(name, data)
sys.stdout.buffer.write(json.dumps([[p, f, o] for (p, f), o in compiled.items()]).encode())
"""


def patterns() -> list[tuple[str, int, str]]:
    """Return (pattern, flags, module) of all that the package compiles to read others' files."""
    reports = sorted(map(str, (ROOT / "data/raw").glob("0*.md")))
    done = subprocess.run(
        [sys.executable, "-c", _SPY, *reports], cwd=ROOT, capture_output=True, check=True
    )
    return [(pattern, flags, owner) for pattern, flags, owner in json.loads(done.stdout)]


def attacks(pattern: str, flags: int) -> list[tuple[str, str]]:
    """Return (what leads to a repeat, what it repeats) for every repeat of a pattern."""
    tree = parser.parse(pattern, flags & (re.I | re.M | re.S | re.X))
    found: dict[tuple[str, str], None] = {}
    for lead, unit in _repeats(tree, "", {}):
        found |= dict.fromkeys([(lead, unit), ("", lead + unit), ("", unit)])
    whole = _example(tree, {})
    found |= dict.fromkeys([("", whole), ("", whole[:-1])])
    return [(lead, unit) for lead, unit in found if unit]


def _matched(items: list[Any]) -> list[str]:
    """Return some characters that a class matches."""
    if items[0][0] is code.NEGATE:
        return [c for c in _COMMON if not any(_holds(item, c) for item in items[1:])] or ["龘"]
    found: list[str] = []
    for op, value in items:
        if op is code.LITERAL:
            found.append(chr(value))
        elif op is code.RANGE:
            found += [chr(value[0]), chr(value[1])]
        else:
            found += _CATEGORIES[str(value).removeprefix("CATEGORY_")]
    return found


def _holds(item: tuple[Any, Any], character: str) -> bool:
    op, value = item
    if op is code.LITERAL:
        return bool(chr(value) == character)
    if op is code.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    return character in _CATEGORIES[str(value).removeprefix("CATEGORY_")]


def _example(tree: Any, groups: dict[int, str]) -> str:
    return "".join(_one(op, value, groups) for op, value in tree)


def _one(op: Any, value: Any, groups: dict[int, str]) -> str:
    """Return a short text that a part of a pattern matches."""
    if op is code.LITERAL:
        return chr(value)
    if op in (code.ANY, code.NOT_LITERAL):
        return "中"
    if op is code.IN:
        return _matched(value)[0]
    if op in _REPEATS:
        least, most, body = value
        return _example(body, groups) * max(least, 1) if most else ""
    if op is code.SUBPATTERN:
        text = _example(value[3], groups)
        if value[0]:
            groups[value[0]] = text
        return text
    if op is code.ATOMIC_GROUP:
        return _example(value, groups)
    if op is code.BRANCH:
        return _example(value[1][0], groups)
    return groups.get(value, "") if op is code.GROUPREF else ""


def _ways(tree: Any, groups: dict[int, str]) -> Iterator[str]:
    """Return what a part of a pattern matches: each alternative, class and option taken once."""
    yield _example(tree, groups)
    for place, (op, value) in enumerate(tree):
        found: Iterable[str] = ()
        if op is code.BRANCH:
            found = (text for way in value[1] for text in _ways(way, groups))
        elif op is code.IN:
            found = _matched(value)[:6]
        elif op is code.SUBPATTERN:
            found = _ways(value[3], groups)
        elif op is code.ATOMIC_GROUP:
            found = _ways(value, groups)
        elif op in _REPEATS:
            found = ([""] if not value[0] else []) + list(_ways(value[2], groups))
        before, after = _example(tree[:place], groups), _example(tree[place + 1 :], groups)
        yield from (before + text + after for text in found)


def _repeats(tree: Any, lead: str, groups: dict[int, str]) -> Iterator[tuple[str, str]]:
    for op, value in tree:
        if op in _REPEATS:
            body = value[2]
            if value[1] > 1:
                yield from ((lead, text) for text in dict.fromkeys(_ways(body, groups)))
            yield from _repeats(body, lead, groups)
        elif op is code.SUBPATTERN:
            yield from _repeats(value[3], lead, groups)
        elif op is code.ATOMIC_GROUP:
            yield from _repeats(value, lead, groups)
        elif op is code.BRANCH:
            for way in value[1]:
                yield from _repeats(way, lead, groups)
        elif op in (code.ASSERT, code.ASSERT_NOT):
            yield from _repeats(value[1], lead, groups)
        lead += _one(op, value, groups)


if __name__ == "__main__":
    known = patterns()
    print(f"{len(known)} patterns, {sum(len(attacks(p, f)) for p, f, _ in known)} texts")
