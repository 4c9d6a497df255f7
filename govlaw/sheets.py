"""Coding sheets: a sample as a spreadsheet for one coder, and a filled one back as figures.

A workbook has the sheets about, instructions, sentences, figures and codebook; as CSV there are two
files, NAME.csv with the sentences and NAME.figures.csv with the figures. Nothing in them shows what
the program read. The columns are ``coding_columns.csv``, the words ``coding_instructions.csv``.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any

from govlaw import __version__, grammar, tables
from govlaw.codebook import Codebook
from govlaw.definitions import rows
from govlaw.errors import TableError
from govlaw.labels import label
from govlaw.numerals import arabic, plain, scale
from govlaw.sampling import Sample
from govlaw.text import fold

ROLES = ("actual", "target", "prior", "rhetorical", "structural")
APPROX = ("exact", "about", "over", "under")
STATUS = ("figures", "none")
#: What a coder writes where there is nothing to write; an empty cell is not coded.
NONE = "none"
#: What a coder says of a figure.
CODED = ("value", "value_high", "unit", "approx", "role", "indicator")
#: More rows, bytes or messages than these are no coding by hand.
MOST_ROWS = 20_000
_MOST_BYTES = 200_000_000
_MOST_MESSAGES = 20
_NOTHING = {NONE, "无", "-", "—"}
_MADE = datetime(2021, 8, 11)  # in the file's properties: the same sample gives the same bytes
_NUMERAL = re.compile(r"[0-9.,零〇一二两三四五六七八九十百千万亿]")
_SCALED = re.compile(r"([0-9.,]+)([十百千万亿]*)")
_PLACE = re.compile(r"[0-9]{1,9}")
_SHARE = re.compile(r"[0-9]{1,18}(?:(?: of |/)[0-9]{1,18}|\.[0-9]{1,18})?")
#: A cell that a spreadsheet takes for a formula, or that begins as one that was made harmless.
_FORMULA = re.compile(r"[\t\r']|\s*[=+\-@＝＋－＠]")

Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """A sampled sentence as a sheet holds it; ``id`` is the coders' name for it."""

    id: str
    doc_id: str
    start: int
    end: int
    text: str
    probability: Fraction


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that a coder wrote down.

    ``start`` and ``end`` are offsets into the report. ``said`` holds the columns of :data:`CODED`:
    canonical text, empty where the coder said that there is none, None where nothing was coded.
    """

    sentence: str
    doc_id: str
    start: int
    end: int
    text: str
    said: dict[str, str | None]
    note: str
    where: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A filled sheet. ``coded`` names the sentences that the coder has dealt with."""

    path: Path
    coder: str
    identity: str
    places: dict[str, Place]
    coded: frozenset[str]
    figures: list[Figure]


# -- writing -------------------------------------------------------------------------------


def write(sample: Sample, path: Path, book: Codebook) -> list[Path]:
    """Write an empty sheet, by the ending of ``path``: ``.xlsx`` or ``.csv``; return the files.

    The same sample gives the same bytes. A file that is there already and differs is never
    replaced: it may hold days of work.

    Raises
    ------
    TableError
        If the ending is another one, a file is in the way, or the folder cannot be written to.
    """
    if path.suffix.lower() == ".xlsx":
        contents = {path: _workbook(sample, book)}
    elif path.suffix.lower() == ".csv":
        contents = {path: _csv("sentences", _rows(sample)), _beside(path): _csv("figures", [])}
    else:
        raise TableError(f"{path}: a coding sheet is a file ending in .xlsx or .csv")
    for file, content in contents.items():
        try:
            if file.exists() and file.read_bytes() != content:
                raise TableError(
                    f"{file}: is there already and may hold coded work; choose another --out, "
                    "or move it away"
                )
        except OSError as error:
            raise TableError(f"{file}: cannot be read: {error.strerror or error}") from error
    tables.install(path.parent, contents)
    return list(contents)


def _beside(path: Path) -> Path:
    """Return the file of the figures that belongs to a CSV file of sentences."""
    return path.with_name(f"{path.stem}.figures.csv")


def columns(sheet: str) -> list[Cells]:
    """Return the rows of ``coding_columns.csv`` for a sheet, in order."""
    return [row for row in rows("coding_columns") if row["sheet"] == sheet]


def _rows(sample: Sample) -> list[list[str]]:
    width = max(3, len(str(len(sample.sentences))))
    identity = sample.identity
    listed = []
    for number, one in enumerate(sample.sentences, 1):
        cells = {
            "sentence": f"S{number:0{width}d}",
            "text": one.text,
            "heading": one.heading,
            "before": one.before,
            "report": one.title or one.doc_id,
            "doc_id": one.doc_id,
            "start": str(one.start),
            "end": str(one.end),
            "stratum": str(one.stratum),
            # in words, since a spreadsheet takes 2/5 for a date
            "probability": f"{one.probability.numerator} of {one.probability.denominator}",
            "sample": identity,
        }
        listed.append([cells.get(column["column"], "") for column in columns("sentences")])
    return listed


def _head(column: Cells) -> str:
    """Return the head of a column: its name, which is what is read back, and its labels."""
    words = " ".join(word for word in (column["zh"], column["en"]) if word)
    return f"{column['column']} {words}".rstrip()


def _csv(sheet: str, listed: Iterable[list[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(_head(column) for column in columns(sheet))
    # A spreadsheet takes text that begins like a formula for one; an apostrophe keeps it text.
    writer.writerows([f"'{c}" if _FORMULA.match(c) else c for c in line] for line in listed)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8")


def _choices(book: Codebook) -> dict[str, list[str]]:
    """Return what the coders choose from, by the name of the list: a code and its labels."""
    units = sorted({unit.canonical for unit in grammar.units().values() if unit.canonical})
    return {
        "status": list(STATUS),
        "approx": [f"{name} {label(f'approx.{name}', 'zh')}" for name in APPROX],
        "role": [f"{name} {label(f'role.{name}', 'zh')}" for name in ROLES],
        "unit": [NONE, *units],
        "indicator": [NONE, *(f"{i.code} {i.label_zh}" for i in book.indicators.values())],
    }


def _workbook(sample: Sample, book: Codebook) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(buffer, options)
    workbook.set_properties({"created": _MADE, "title": f"govlaw coding sheet {sample.identity}"})
    base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top", "text_wrap": True}
    looks = {
        "given": workbook.add_format(base),
        "coder": workbook.add_format(
            {**base, "num_format": "@", "locked": False, "bg_color": "#FFF8E1"}
        ),
        "hidden": workbook.add_format(base),
        "head": workbook.add_format({**base, "bold": True, "bottom": 1}),
    }
    _about(workbook, sample, book, looks)
    _table(workbook, "instructions", ("中文", "English"), (70, 90),
           [[row["zh"], row["en"]] for row in rows("coding_instructions")], looks)  # fmt: skip
    listed = _rows(sample)
    lists = _choices(book) | {"sentence": [line[0] for line in listed]}
    sheets = {name: workbook.add_worksheet(name) for name in ("sentences", "figures")}
    entries = [
        [i.code, i.label_zh, i.label_en, i.dimension, i.kind, i.unit, i.definition_zh,
         i.definition_en]
        for i in book.indicators.values()
    ]  # fmt: skip
    heads = ("code", "label_zh", "label_en", "dimension", "kind", "unit", "definition_zh",
             "definition_en")  # fmt: skip
    _table(workbook, "codebook", heads, (28, 30, 40, 14, 10, 22, 60, 60), entries, looks)
    _lists(workbook, lists)
    room = min(MOST_ROWS, 500 + 10 * len(listed))
    for name, sheet in sheets.items():
        last = len(listed) if name == "sentences" else room
        _grid(sheet, columns(name), lists, last, looks)
    for line, cells in enumerate(listed, 1):
        for place, (cell, column) in enumerate(zip(cells, columns("sentences"), strict=True)):
            sheets["sentences"].write_string(line, place, cell, looks[column["kind"]])
    sheets["sentences"].protect("", {"format_rows": True, "autofilter": True})
    workbook.close()
    return buffer.getvalue()


def _about(workbook: Any, sample: Sample, book: Codebook, looks: dict[str, Any]) -> None:
    """Write who codes what: two cells for the coder, and how the sample was drawn."""
    sheet = workbook.add_worksheet("about")
    sheet.set_column(0, 0, 34, looks["head"])
    sheet.set_column(1, 1, 60)
    for line, name in enumerate(("coder 编码员", "date 日期")):
        sheet.write_string(line, 0, name, looks["head"])
        sheet.write_blank(line, 1, None, looks["coder"])
    facts = [
        ("sample 样本", sample.identity),
        ("seed 随机种子", str(sample.seed)),
        ("sentences 句数", f"{len(sample.sentences)} / {sample.population}"),
        ("by 分层", ", ".join(sample.by)),
        ("govlaw", __version__),
        ("codebook 编码手册", book.version),
    ]
    for line, (name, value) in enumerate(facts, 3):
        sheet.write_string(line, 0, name, looks["head"])
        sheet.write_string(line, 1, value, looks["given"])
    sheet.protect()


def _table(
    workbook: Any,
    name: str,
    heads: Iterable[str],
    widths: Iterable[int],
    listed: Iterable[list[str]],
    looks: dict[str, Any],
) -> None:
    """Write a sheet to read: a head and lines of text."""
    sheet = workbook.add_worksheet(name)
    for place, (head, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, head, looks["head"])
    for line, cells in enumerate(listed, 1):
        for place, cell in enumerate(cells):
            sheet.write_string(line, place, cell, looks["given"])
    sheet.freeze_panes(1, 0)


def _lists(workbook: Any, lists: dict[str, list[str]]) -> None:
    """Write a hidden sheet with a column a list, for the cells in which one chooses."""
    sheet = workbook.add_worksheet("lists")
    for place, (name, words) in enumerate(lists.items()):
        sheet.write_string(0, place, name)
        for line, word in enumerate(words, 1):
            sheet.write_string(line, place, word)
    sheet.hide()


def _grid(
    sheet: Any,
    heads: list[Cells],
    lists: dict[str, list[str]],
    last: int,
    looks: dict[str, Any],
) -> None:
    """Prepare a sheet that is filled in: widths, hidden columns, lists to choose from."""
    from xlsxwriter.utility import xl_col_to_name

    for place, head in enumerate(heads):
        hidden = {"hidden": True} if head["kind"] == "hidden" else {}
        sheet.set_column(place, place, int(head["width"]), looks[head["kind"]], hidden)
        sheet.write_string(0, place, _head(head), looks["head"])
        note = "\n".join(word for word in (head["note_zh"], head["note_en"]) if word)
        rule: dict[str, Any] = {"validate": "any"}
        if head["list"]:
            column = xl_col_to_name(list(lists).index(head["list"]))
            source = f"=lists!${column}$2:${column}${len(lists[head['list']]) + 1}"
            # a warning, not a stop: a unit may be one that the list lacks
            rule = {"validate": "list", "source": source, "error_type": "warning"}
        if head["list"] or note:
            sheet.data_validation(1, place, last, place, rule | {"input_message": note[:255]})
        if head["kind"] == "coder" and head["sheet"] == "sentences":
            for line in range(1, last + 1):
                sheet.write_blank(line, place, None, looks["coder"])
    sheet.freeze_panes(1, 1)


# -- reading -------------------------------------------------------------------------------


class _Messages:
    """What is wrong with a sheet, a line each; raised together, so that all is mended at once."""

    def __init__(self, path: Path) -> None:
        self.path, self.lines = path, list[str]()

    def add(self, sheet: str, line: int, column: str, words: str) -> None:
        self.lines.append(f"{self.path}, sheet {sheet}, row {line}, column {column}: {words}")

    def check(self) -> None:
        if self.lines:
            more = len(self.lines) - _MOST_MESSAGES
            rest = [f"{self.path}: and {more} more of the kind"] if more > 0 else []
            raise TableError("\n".join([*self.lines[:_MOST_MESSAGES], *rest]))


def read(path: Path, book: Codebook) -> Sheet:
    """Read a filled sheet.

    Columns may stand in any order, others may be added, and figures may be written full-width.

    Raises
    ------
    TableError
        If the file cannot be read or is no coding sheet, or cells are wrong: a line for each that
        names the sheet, the row and the column.
    """
    pages = _pages(path)
    messages = _Messages(path)
    places, stated, identity = _places(pages["sentences"], messages)
    figures = _figures(pages["figures"], places, book, messages)
    with_figures = {figure.sentence for figure in figures}
    if not messages.lines:
        for line, name, status in stated:
            if status == NONE and name in with_figures:
                messages.add("sentences", line, "status", f"{name} is none, but figures lists some")
            elif status == STATUS[0] and name not in with_figures:
                messages.add("sentences", line, "status", f"{name} is figures, but none is listed")
    messages.check()
    coded = with_figures | {name for _, name, status in stated if status}
    return Sheet(path, pages["about"], identity, places, frozenset(coded), figures)


def _pages(path: Path) -> dict[str, Any]:
    """Return the rows of the two sheets with their numbers, and who coded (or nothing)."""
    try:
        with path.open("rb") as file:
            head = file.read(4)
        if head != b"PK\x03\x04":
            found: dict[str, Any] = {
                "sentences": _named(path, "sentences", _lines(path)),
                "figures": _named(path, "figures", _lines(_beside(path))),
                "about": "",
            }
            return found
        return _opened(path)
    except OSError as error:
        raise TableError(f"{error.filename or path}: cannot be read: {error.strerror or error}") \
            from error  # fmt: skip


def _opened(path: Path) -> dict[str, Any]:
    """Read a workbook; what a broken one raises is as various as the ways to break it."""
    import openpyxl

    try:
        with zipfile.ZipFile(path) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > _MOST_BYTES:
                raise TableError(f"{path}: far too large for a coding sheet")
        workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            names = workbook.sheetnames
            if missing := [name for name in ("sentences", "figures") if name not in names]:
                raise TableError(f"{path}: has no sheet {missing[0]!r}; is it a coding sheet?")
            about = ""
            if "about" in names:
                listed = workbook["about"].iter_rows(min_row=1, max_row=1, values_only=True)
                about = str(next(iter(listed), (None, None))[1:2][0] or "").strip()
            return {
                name: _named(path, name, _worksheet(path, name, workbook[name]))
                for name in ("sentences", "figures")
            } | {"about": about}
        finally:
            workbook.close()
    except (TableError, OSError):
        raise
    except Exception as error:
        raise TableError(f"{path}: is not a readable workbook ({type(error).__name__})") from error


def _worksheet(path: Path, name: str, sheet: Any) -> Iterator[tuple[int, list[str]]]:
    for line, cells in enumerate(sheet.iter_rows(), 1):
        yield line, [_shown(cell) for cell in cells]


def _shown(cell: Any) -> str:
    """Return a cell as text; numbers without an exponent, 98.70% as 98.7."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool | str):
        return str(value).strip()
    if isinstance(value, int | float):
        exact = Decimal(repr(value))
        if not exact.is_finite():
            return str(value)
        return plain(exact * 100 if "%" in (cell.number_format or "") else exact)
    return str(value)


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Read CSV in UTF-8, or as a Chinese spreadsheet saves it."""
    data = path.read_bytes()
    if len(data) > _MOST_BYTES:
        raise TableError(f"{path}: far too large for a coding sheet")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise TableError(
                f"{path}: is neither a workbook (.xlsx) nor CSV in UTF-8 or GB18030; save it as one"
            ) from None
    try:
        for line, cells in enumerate(csv.reader(io.StringIO(text, newline="")), 1):
            cells = [cell.strip() for cell in cells]
            yield line, [c[1:] if c[:1] == "'" and _FORMULA.match(c[1:]) else c for c in cells]
    except csv.Error as error:
        raise TableError(f"{path}: is not readable as CSV: {error}") from error


def _named(
    path: Path, sheet: str, lines: Iterator[tuple[int, list[str]]]
) -> list[tuple[int, Cells]]:
    """Return the rows that hold anything, by the first word of each column's head."""
    heads = [cell.split()[0] if cell else "" for cell in next(lines, (1, list[str]()))[1]]
    needed = [row["column"] for row in columns(sheet)]
    optional = {"comment", "heading", "before", "report", "stratum", "occurrence", "note"}
    for name in needed:
        if heads.count(name) != 1 and not (name in optional and name not in heads):
            fault = "is missing" if name not in heads else "stands there twice"
            raise TableError(f"{path}, sheet {sheet}, row 1, column {name}: {fault}")
    found: list[tuple[int, Cells]] = []
    for line, cells in lines:
        if not any(cells):
            continue
        if len(found) >= MOST_ROWS:
            raise TableError(f"{path}, sheet {sheet}: more than {MOST_ROWS:,} rows are no coding")
        cells += [""] * (len(heads) - len(cells))
        row = {h: c for h, c in zip(heads, cells, strict=False) if h}
        found.append((line, {name: row.get(name, "") for name in needed}))
    return found


def _places(
    listed: list[tuple[int, Cells]], messages: _Messages
) -> tuple[dict[str, Place], list[tuple[int, str, str]], str]:
    """Return the sentences by their names, the status of each, and the sample's identity."""
    places: dict[str, Place] = {}
    stated = []
    identities = set()
    for line, row in listed:
        name, text, known = row["sentence"], row["text"], len(messages.lines)
        if not name or name in places:
            messages.add("sentences", line, "sentence", f"{name!r} is no new name of a sentence")
            continue
        probability = _probability(row["probability"])
        for column, right in (
            ("start", bool(_PLACE.fullmatch(row["start"]))),
            ("end", bool(_PLACE.fullmatch(row["end"]))),
            ("probability", probability is not None),
        ):
            if not right:
                messages.add("sentences", line, column, f"{row[column]!r} has been changed")
        status = row["status"].lower()
        status = NONE if status in _NOTHING else status
        if status and status not in STATUS:
            messages.add("sentences", line, "status", f"{status!r} is neither figures nor none")
        if len(messages.lines) > known:
            continue
        start, end = int(row["start"]), int(row["end"])
        if end - start != len(text):
            messages.add("sentences", line, "text", "the sentence has been changed")
            continue
        assert probability is not None
        places[name] = Place(name, row["doc_id"], start, end, text, probability)
        stated.append((line, name, status))
        identities.add(row["sample"])
    if not listed:
        messages.add("sentences", 2, "sentence", "no sentence is listed")
    if len(identities) > 1:
        messages.add("sentences", 2, "sample", "sentences of several samples are mixed")
    return places, stated, next(iter(identities), "")


def _probability(text: str) -> Fraction | None:
    if not _SHARE.fullmatch(text):
        return None
    try:
        value = Fraction(text.replace(" of ", "/"))
    except ZeroDivisionError:
        return None
    return value if 0 < value <= 1 else None


def _figures(
    listed: list[tuple[int, Cells]],
    places: dict[str, Place],
    book: Codebook,
    messages: _Messages,
) -> list[Figure]:
    found: list[Figure] = []
    taken: dict[tuple[str, str], int] = {}
    spans: set[tuple[str, int, int]] = set()
    for line, row in listed:
        known = len(messages.lines)
        place = places.get(row["sentence"])
        if place is None:
            words = f"{row['sentence']!r} is no sentence of the sample"
            messages.add("figures", line, "sentence", words)
            continue
        start = _located(row, place, taken, line, messages)
        said: dict[str, str | None] = {}
        for column in CODED:
            try:
                said[column] = _said(column, row[column], book)
            except ValueError as error:
                messages.add("figures", line, column, str(error))
        if start < 0 or len(messages.lines) > known:
            continue
        span = (place.start + start, place.start + start + len(row["text"]))
        if (place.id, *span) in spans:
            words = f"{row['text']!r} of {place.id} is listed twice"
            messages.add("figures", line, "text", words)
            continue
        spans.add((place.id, *span))
        text = place.text[start : start + len(row["text"])]
        where = f"{messages.path}, sheet figures, row {line}"
        found.append(Figure(place.id, place.doc_id, *span, text, said, row["note"], where))
    return found


def _located(
    row: Cells, place: Place, taken: dict[tuple[str, str], int], line: int, messages: _Messages
) -> int:
    """Return where in its sentence a figure stands, or -1.

    2件 is not looked for within 12件, unless it stands nowhere else.
    """
    words, sentence = fold(row["text"]), fold(place.text)
    if not words:
        messages.add("figures", line, "text", "is empty; copy the figure from the sentence")
        return -1
    every = [m.start() for m in re.finditer(f"(?={re.escape(words)})", sentence)]
    whole = [start for start in every if not _within_number(sentence, start, start + len(words))]
    every = whole or every
    if not every:
        messages.add("figures", line, "text", f"{row['text']!r} does not stand in {place.id}")
        return -1
    key = (place.id, words)
    taken[key] = taken.get(key, 0) + 1
    which = row["occurrence"] or str(taken[key])
    if not _PLACE.fullmatch(which) or not 1 <= int(which) <= len(every):
        column = "occurrence" if row["occurrence"] else "text"
        count = f"{row['text']!r} stands {len(every)} times in {place.id}"
        messages.add("figures", line, column, f"{count}; this is number {which}")
        return -1
    return every[int(which) - 1]


def _within_number(text: str, start: int, end: int) -> bool:
    """Tell whether a stretch begins or ends in the middle of a numeral."""
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    cut_before = bool(_NUMERAL.match(text[start]) and _NUMERAL.match(before))
    return cut_before or bool(_NUMERAL.match(text[end - 1]) and _NUMERAL.match(after))


def _said(column: str, cell: str, book: Codebook) -> str | None:
    """Return what a cell says in canonical form; ValueError says what is wrong with it."""
    cell = fold(cell).strip()
    if not cell:
        return "" if column == "value_high" else None
    if cell.lower() in _NOTHING:
        if column in ("approx", "role"):
            raise ValueError(f"{cell!r} is not among {', '.join(_listed(column, book))}")
        return ""
    if column in ("value", "value_high"):
        return _number(cell)
    if column == "unit":
        unit = grammar.units().get(cell)
        return unit.canonical if unit else cell
    names = _listed(column, book)
    word = cell.split()[0]
    if word not in names:
        labels = {fold(names[name]): name for name in names}
        if cell not in labels:
            what = "the codes of the codebook" if column == "indicator" else ", ".join(names)
            raise ValueError(f"{cell!r} is not among {what}")
        return labels[cell]
    return word


def _listed(column: str, book: Codebook) -> dict[str, str]:
    """Return the words that a column may hold, with their Chinese labels."""
    if column == "indicator":
        return {code: entry.label_zh for code, entry in book.indicators.items()}
    names = APPROX if column == "approx" else ROLES
    return {name: label(f"{column}.{name}", "zh") for name in names}


def _number(cell: str) -> str:
    """Read 8102500, 8,102,500, 810.25万, 98.7% and 1e3; full match or nothing."""
    text = cell.removesuffix("%").replace(" ", "").replace("，", ",")
    sign = -1 if text.startswith("-") else 1
    match = _SCALED.fullmatch(text.lstrip("-+"))
    value = arabic(match[1]) if match else None
    factor = scale(match[2]) if match else None
    if value is None or factor is None:
        try:
            exact = Decimal(text)
        except InvalidOperation:
            exact = Decimal("nan")
        if not exact.is_finite() or abs(exact.adjusted()) > 30:
            raise ValueError(f"{cell!r} is no number")
        return plain(exact)
    return plain(sign * value * factor)
