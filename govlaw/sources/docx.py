"""DOCX to text: paragraphs and tables in order, with the numbers that Word writes itself.

python-docx opens the package; the text is taken from the XML, since its paragraphs leave out
inserted text, text boxes and automatic numbers. Of tracked changes the insertions stand and the
deletions do not, as the document would read with all of them accepted. Headers, footers and
comments are left out; footnotes follow at the end.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from govlaw.sources import limits
from govlaw.sources.encodings import Unreadable
from govlaw.sources.lines import lowered, raised, table, tidy

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LEFT_OUT = frozenset(
    {_W + name for name in ("del", "moveFrom", "delText", "instrText", "pPr", "rPr", "sectPr")}
    | {_FALLBACK}
)
_ENCRYPTED = 0x1
_HEADER_BYTES = 128_000  # that must not hold a document type, where entities are declared
_PLACE = re.compile("%([1-9])")
_NUMERALS = "〇一二三四五六七八九"
_IN_CHINESE = (
    "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
    "taiwaneseCountingThousand", "ideographDigital",
)  # fmt: skip
_HEAVENLY = "甲乙丙丁戊己庚辛壬癸"


def open_package(raw: bytes) -> zipfile.ZipFile:
    """Return an office package after looking at its list of files, without unpacking any.

    Raises
    ------
    Unreadable
        If it is damaged, encrypted, would unpack to more than the limits, or names a file outside
        of itself.
    """
    try:
        package = zipfile.ZipFile(io.BytesIO(raw))
    except Exception as error:  # zipfile raises whatever its damaged numbers lead to
        raise Unreadable(
            "a document or archive that is damaged or cut off; get the whole file again"
        ) from error
    members = package.infolist()
    if len(members) > limits.MAX_MEMBERS or _unpacked(members) > limits.MAX_UNPACKED:
        raise Unreadable("unpacks to more than a report can hold; save its text as a new document")
    for member in members:
        if member.flag_bits & _ENCRYPTED:
            raise Unreadable("the archive is encrypted; save a copy without a password")
        parts = member.filename.replace("\\", "/").split("/")
        if ".." in parts or member.filename.startswith(("/", "\\")) or ":" in parts[0]:
            raise Unreadable("names files outside of itself; save its text as a new document")
    return package


def _unpacked(members: list[zipfile.ZipInfo]) -> int:
    return sum(member.file_size for member in members)


def read(package: zipfile.ZipFile, raw: bytes) -> str:
    """Return the text of a DOCX, a paragraph or a row of a table a line.

    Raises
    ------
    Unreadable
        If the document is damaged, nested too deeply, or declares entities.
    """
    import docx

    _check_parts(package)
    try:
        document = docx.Document(io.BytesIO(raw))
        body = document.element.body
        numbers = _Numbers(document)
        notes = _notes(document)
    except RecursionError as error:
        raise Unreadable("the document is nested too deeply; save its text anew") from error
    except Exception as error:  # python-docx, lxml and zipfile each have faults of their own kind
        raise Unreadable(
            f"the document is damaged ({type(error).__name__}); open it in Word and save it anew"
        ) from error
    lines = _blocks(body, numbers) if body is not None else []
    for note in notes:
        lines += _blocks(note, numbers)
    text = "\n".join(lines)
    if not text.strip():
        raise Unreadable("the document holds no text; if its pages are pictures, run OCR on them")
    if len(text) > limits.MAX_CHARACTERS:
        raise Unreadable(f"more than {limits.MAX_CHARACTERS} characters; cut the report out")
    return text + "\n"


def _check_parts(package: zipfile.ZipFile) -> None:
    """Refuse XML that declares entities, is too long or too deep, before anything parses it."""
    for member in package.infolist():
        if not member.filename.lower().endswith((".xml", ".rels")):
            continue
        if member.file_size > limits.MAX_PART:
            raise Unreadable("a part of the document is too large; save its text as a new document")
        try:
            part = package.read(member)
        except Exception as error:  # zipfile raises whatever its damaged numbers lead to
            raise Unreadable(
                "the document is damaged or cut off; get the whole file again"
            ) from error
        head = part[:_HEADER_BYTES].replace(b"\x00", b"")
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            raise Unreadable("the document declares entities, which Word never does; save it anew")


# -- paragraphs and tables ---------------------------------------------------------------------


def _blocks(parent: Any, numbers: _Numbers, depth: int = 0) -> list[str]:
    """Return the lines of a body, a cell or a text box."""
    if depth > 40:  # tables within tables
        raise Unreadable("tables are nested too deeply; save the text of the document anew")
    lines: list[str] = []
    for child in parent:
        if child.tag == _W + "p":
            lines += _paragraph(child, numbers, depth)
        elif child.tag == _W + "tbl":
            lines += table(list(_rows(child, numbers, depth)))
        elif child.tag in _LEFT_OUT or not isinstance(child.tag, str):
            continue
        else:  # content controls, custom XML, insertions round whole paragraphs
            lines += _blocks(child, numbers, depth + 1)
    return lines


def _rows(found: Any, numbers: _Numbers, depth: int) -> Iterator[list[list[str]]]:
    for row in found.iterchildren(_W + "tr", _W + "sdt", _W + "ins", _W + "customXml"):
        if row.tag != _W + "tr":
            yield from _rows(
                row if row.find(_W + "tr") is not None else row[-1], numbers, depth + 1
            )
        elif row.find(f"{_W}trPr/{_W}del") is None:
            yield [_blocks(cell, numbers, depth + 1) for cell in row.iter(_W + "tc")
                   if _row_of(cell) is row]  # fmt: skip


def _row_of(cell: Any) -> Any:
    found = cell.getparent()
    while found is not None and found.tag != _W + "tr":
        found = found.getparent()
    return found


def _paragraph(paragraph: Any, numbers: _Numbers, depth: int) -> list[str]:
    """Return the lines of a paragraph, then those of the text boxes anchored in it."""
    parts: list[str] = []
    boxes: list[Any] = []
    stack = [iter(paragraph)]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
            continue
        tag = child.tag
        if tag in _LEFT_OUT or not isinstance(tag, str):
            continue
        if tag == _W + "txbxContent":
            boxes.append(child)
        elif tag == _W + "t":
            parts.append(_set(child))
        elif tag in (_W + "tab", _W + "ptab"):
            parts.append("\t")
        elif tag == _W + "cr" or (
            tag == _W + "br" and child.get(_W + "type") in (None, "textWrapping")
        ):
            parts.append("\n")
        elif tag == _W + "noBreakHyphen":
            parts.append("-")
        elif tag == _W + "r" and child.find(f"{_W}rPr/{_W}vanish") is not None:
            continue
        else:
            if len(stack) > limits.MAX_DEPTH:
                raise Unreadable("the document is nested too deeply; save its text anew")
            stack.append(iter(child))
    text = "".join(parts)
    lines = [line for line in map(tidy, text.split("\n")) if line]
    number = numbers.of(paragraph)  # an empty paragraph of a list is counted by Word, too
    if number and lines:
        lines[0] = number + lines[0]
    for box in boxes:
        lines += _blocks(box, numbers, depth + 1)
    return lines


def _set(element: Any) -> str:
    """Return the text of a run's piece, raised or lowered figures as such."""
    text = element.text or ""
    run = element.getparent()
    align = run.find(f"{_W}rPr/{_W}vertAlign") if run is not None else None
    how = align.get(_W + "val") if align is not None else ""
    return raised(text) if how == "superscript" else lowered(text) if how == "subscript" else text


def _notes(document: Any) -> list[Any]:
    """Return the footnotes and endnotes that hold text."""
    from lxml import etree

    found: list[Any] = []
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/footnotes", "/endnotes")) and not relation.is_external:
            root = etree.fromstring(relation.target_part.blob, parser)
            found += [note for note in root if note.get(_W + "type") in (None, "normal")]
    return found


# -- numbers that Word writes itself -----------------------------------------------------------


class _Numbers:
    """Counts the paragraphs of numbered lists as Word does when it shows them."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._lists: dict[str, str] = {}
        self._counts: dict[str, list[int]] = {}
        self._styles: dict[str, tuple[str, str, str]] = {}
        for relation in document.part.rels.values():
            if relation.reltype.endswith("/numbering") and not relation.is_external:
                self._read(relation.target_part)
        for style in document.styles.element.iterchildren(_W + "style"):
            based = style.find(_W + "basedOn")
            own, level = _numbering(style)
            base = based.get(_W + "val") if based is not None else ""
            self._styles[style.get(_W + "styleId") or ""] = (own, level, base or "")

    def _read(self, part: Any) -> None:
        root = part.element if hasattr(part, "element") else None
        if root is None:
            return
        abstract: dict[str, dict[int, tuple[str, str, int]]] = {}
        for listed in root.iterchildren(_W + "abstractNum"):
            levels = {}
            for level in listed.iterchildren(_W + "lvl"):
                shape = _value(level, "numFmt") or "decimal"
                first = _whole(_value(level, "start"), 1)
                levels[_whole(level.get(_W + "ilvl"), 0)] = (shape, _value(level, "lvlText"), first)
            abstract[listed.get(_W + "abstractNumId") or ""] = levels
        for listed in root.iterchildren(_W + "num"):
            name, of = listed.get(_W + "numId") or "", _value(listed, "abstractNumId")
            levels = dict(abstract.get(of, {}))
            own = False
            for override in listed.iterchildren(_W + "lvlOverride"):
                level = _whole(override.get(_W + "ilvl"), 0)
                start = _value(override, "startOverride")
                if level in levels and start:
                    levels[level] = (*levels[level][:2], _whole(start, 1))
                    own = True
            self._levels[name] = levels
            self._lists[name] = f"own {name}" if own else of  # lists of one kind count on together

    def of(self, paragraph: Any) -> str:
        """Return the number of a paragraph with the signs round it; empty where it has none."""
        name, level = _numbering(paragraph)
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        at = style.get(_W + "val") if style is not None else ""
        for _ in range(20):  # styles based on styles
            if name or at not in self._styles:
                break
            name, inherited, at = self._styles[at]
            level = level or inherited
        levels = self._levels.get(name)
        depth = _whole(level, 0)
        if not levels or depth not in levels or not 0 <= depth < 9:
            return ""
        counts = self._counts.setdefault(self._lists[name], [])
        while len(counts) <= depth:
            above = levels.get(len(counts), ("decimal", "", 1))
            counts.append(above[2] - (1 if len(counts) == depth else 0))
        counts[depth] += 1
        del counts[depth + 1 :]
        shape, pattern, _ = levels[depth]
        if shape in ("bullet", "none"):
            return ""

        def place(match: re.Match[str]) -> str:
            of = int(match[1]) - 1
            return _written(counts[of], levels.get(of, (shape,))[0]) if of < len(counts) else ""

        number = _PLACE.sub(place, pattern)
        return number + " " if number and number[-1].isascii() else number


def _numbering(element: Any) -> tuple[str, str]:
    """Return the list and the level that a paragraph or style names."""
    found = element.find(f"{_W}pPr/{_W}numPr")
    return ("", "") if found is None else (_value(found, "numId"), _value(found, "ilvl"))


def _value(element: Any, name: str) -> str:
    found = element.find(_W + name)
    return (found.get(_W + "val") or "") if found is not None else ""


def _whole(value: str | None, otherwise: int) -> int:
    return int(value) if value and re.fullmatch("[0-9]{1,5}", value) else otherwise


def _written(number: int, shape: str) -> str:
    """Return a number in the form of a list; forms that are not known count in digits."""
    if shape in _IN_CHINESE:
        return _chinese(number)
    if shape == "ideographTraditional" and 1 <= number <= 10:
        return _HEAVENLY[number - 1]
    if shape.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if shape == "decimalFullWidth":
        return str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    if shape in ("lowerLetter", "upperLetter") and 1 <= number <= 26:
        return chr((97 if shape == "lowerLetter" else 65) + number - 1)
    if shape in ("lowerRoman", "upperRoman") and 1 <= number < 40:
        roman = (
            "x" * (number // 10)
            + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[number % 10]
        )
        return roman if shape == "lowerRoman" else roman.upper()
    return str(number)


def _chinese(number: int) -> str:
    if not 1 <= number <= 99:
        return str(number)
    tens, ones = divmod(number, 10)
    written = ("" if tens < 2 else _NUMERALS[tens]) + ("十" if tens else "")
    return written + (_NUMERALS[ones] if ones else "")
