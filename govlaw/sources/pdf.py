"""PDF to text: the text layer by PDFium, its lines put together again to paragraphs.

A PDF knows characters and where they stand, no paragraphs. A line goes on in the next one where
it reaches the right edge and the next starts at the left one without indent. Lines that repeat at
the edge of many pages and page numbers are left out. PDFium is native code that a broken file can
stop or bring down: it runs in a process of its own (``python -m govlaw.sources.pdf``), one for
each process that reads reports, which is ended when a file takes too long.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from govlaw.sources import limits
from govlaw.sources.encodings import Unreadable
from govlaw.sources.lines import CELL, tidy

_END = re.compile(rb"%%EOF|startxref")
_TAIL = 4096  # bytes at the end that hold the mark of a whole file
_PAGE_NUMBER = re.compile(
    r"[-—–·\s]*第?\s*([0-9]{1,4})\s*页?[-—–·\s]*(?:[/,，]?\s*(?:共\s*)?[0-9]{1,4}\s*页?)?[-—–·\s]*"
)
_DIGITS = re.compile(r"[0-9]+")
_SENTENCE_END = re.compile(r"[。！？：:；]$")
_NEW = re.compile(
    r"[（(]?[一二三四五六七八九十]{1,3}[、）)]|[（(]?[0-9]{1,2}[、）)]|第[一二三四五六七八九十]+[章节条]"
)
_LATIN = re.compile("[A-Za-z]")
_FONTS = Path(__file__).resolve().parents[1] / "fonts"
_kept_alive: list[Any] = []  # what PDFium points to
_EDGE = 3  # lines at the top and at the bottom of a page that may be furniture
_WIDE_GAP = 1.5  # character heights: wider gaps part the columns of a table
_PICTURE = 0.5  # of a page's area
_UNMAPPED = 0.05  # of the characters


@dataclass(slots=True)
class Line:
    """A line of print: its text, its box in points with y upwards, its widest character."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    em: float


# -- in the process that reads reports ---------------------------------------------------------


class _Worker:
    """The process that runs PDFium; started with the first PDF, and again after it was ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def ask(self, raw: bytes, seconds: float) -> dict[str, str]:
        """Return what the process says of a file; an empty answer if it came down on it."""
        with self._lock:
            process = self._started()
            assert process.stdin is not None and process.stdout is not None
            late = threading.Event()

            def end() -> None:
                late.set()
                process.kill()

            timer = threading.Timer(seconds, end)
            timer.start()
            try:
                process.stdin.write(len(raw).to_bytes(8, "big"))
                process.stdin.write(raw)
                process.stdin.flush()
                answer = process.stdout.readline()
            except OSError:
                answer = b""
            finally:
                timer.cancel()
            whole = answer.endswith(b"\n")
            if late.is_set() or not whole:
                self._close()
            if not whole:
                return {"late": "yes"} if late.is_set() else {}
            found: dict[str, str] = json.loads(answer)
            return found

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            package = str(Path(__file__).resolve().parents[2])
            paths = [package, os.environ.get("PYTHONPATH", "")]
            self._process = subprocess.Popen(
                [sys.executable, "-m", "govlaw.sources.pdf"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            )
            self._owner = os.getpid()
        return self._process

    def _close(self) -> None:
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(OSError):  # what was still to be sent has nobody to take it
                        pipe.close()
            process.wait()


_worker = _Worker()
atexit.register(_worker._close)


def read(raw: bytes, seconds: float = limits.PDF_SECONDS) -> str:
    """Return the text of a PDF, a paragraph a line.

    Raises
    ------
    Unreadable
        If the file is cut off, encrypted, holds pages without a text layer, or takes longer than
        ``seconds`` or more memory than allowed.
    """
    if not _END.search(raw[-_TAIL:]):
        raise Unreadable("the PDF has no end, so it was cut off; get the whole file again")
    answer = _worker.ask(raw, seconds)
    if "text" in answer:
        return answer["text"]
    if "late" in answer:
        raise Unreadable(
            f"the PDF took more than {seconds:g} seconds; save its text as a text file"
        )
    raise Unreadable(
        answer.get("why") or "the PDF brings its reader down; open it elsewhere and save it anew"
    )


# -- in the process that runs PDFium -----------------------------------------------------------


def _with_own_font() -> None:
    """Let PDFium measure characters of fonts that a PDF only names by the project's own font.

    It drops characters that have no size, and without a Chinese font on the machine every single
    character set by itself would be dropped, with figures left standing without their nouns. The
    same font everywhere also means the same text everywhere.
    """
    import ctypes

    import pypdfium2  # noqa: F401  (starts the library in its own way, which is ended here)
    import pypdfium2.raw as c

    folder = ctypes.create_string_buffer(os.fsencode(_FONTS))
    pointer = ctypes.POINTER(ctypes.c_char)
    paths = (pointer * 2)(ctypes.cast(folder, pointer), pointer())
    config = c.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=paths)
    c.FPDF_DestroyLibrary()
    c.FPDF_InitLibraryWithConfig(config)
    _kept_alive.extend((folder, paths, config))


def extract(raw: bytes) -> str:
    """Return the text of a PDF; this is the part that may hang or come down."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(raw)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable("the PDF is encrypted; save a copy without a password") from None
        raise Unreadable("the PDF is damaged; get the file again") from None
    try:
        if len(document) > limits.MAX_PAGES:
            raise Unreadable(f"the PDF has more than {limits.MAX_PAGES} pages; cut the report out")
        if not len(document):
            raise Unreadable("the PDF has no pages; get the file again")
        return _text(document)
    finally:
        document.close()


def _text(document: Any) -> str:
    pages: list[list[Line]] = []
    heights: list[float] = []
    pictures: list[int] = []
    characters = unmapped = 0
    for number in range(len(document)):
        try:
            page = document[number]
        except Exception:
            raise Unreadable(
                f"page {number + 1} of the PDF is damaged; get the file again"
            ) from None
        lines, seen, lost = _page_lines(page)
        characters, unmapped = characters + seen, unmapped + lost
        if characters > limits.MAX_CHARACTERS:
            raise Unreadable(f"more than {limits.MAX_CHARACTERS} characters; cut the report out")
        if not lines and _is_picture(page):
            pictures.append(number + 1)
        pages.append(lines)
        heights.append(page.get_height())
        page.close()
    if not characters:
        what = "its pages are pictures" if pictures else "its pages are empty or drawn as lines"
        raise Unreadable(f"the PDF has no text layer: {what}; run text recognition (OCR) on it")
    if pictures:
        listed = ", ".join(map(str, pictures[:10]))
        raise Unreadable(
            f"page {listed} of the PDF is a picture without text; run text recognition (OCR) on "
            "the file, or take the page out if it holds no text"
        )
    if unmapped > _UNMAPPED * characters:
        raise Unreadable(
            "the fonts of the PDF do not say which characters they show; run text recognition "
            "(OCR) on it"
        )
    return "\n".join(paragraphs(without_furniture(pages, heights))) + "\n"


def _is_picture(page: Any) -> bool:
    import pypdfium2.raw as c

    area = page.get_width() * page.get_height()
    covered = 0.0
    for item in page.get_objects(filter=[c.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = item.get_bounds()
        covered += max(0.0, right - left) * max(0.0, top - bottom)
    return bool(covered > _PICTURE * area)


def _page_lines(page: Any) -> tuple[list[Line], int, int]:
    """Return the lines of a page, how many characters they have, and how many are unknown."""
    import ctypes

    import pypdfium2.raw as c

    textpage = page.get_textpage()
    handle = textpage.raw
    box = c.FS_RECTF()  # of the font, not of the ink: a dash is as high as the characters by it
    reference = ctypes.byref(box)
    lines: list[Line] = []
    parts: list[str] = []
    x0 = x1 = y0 = y1 = widest = 0.0
    seen = lost = 0
    high = 0

    def flush() -> None:
        nonlocal parts
        text = tidy("".join(parts))
        parts = []
        if text:
            lines.append(Line(text, x0, x1, y0, y1, widest))

    for index in range(c.FPDFText_CountChars(handle)):
        code = c.FPDFText_GetUnicode(handle, index)
        if code in (10, 13):
            flush()
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code, high = (
                (0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00), 0) if high else (0, 0)
            )
        if code in (0x20, 0xA0, 0x3000):
            if parts:
                parts.append(chr(code))
            continue
        seen += 1
        if code in (0, 0xFFFE, 0xFFFF, 0xFFFD) or 0xE000 <= code < 0xF8FF:
            lost += 1
            code = code if 0xE000 <= code < 0xF8FF else 0xFFFD
        c.FPDFText_GetLooseCharBox(handle, index, reference)
        a, b, low, up = box.left, box.right, box.bottom, box.top
        if not parts:
            x0, x1, y0, y1, widest = a, b, low, up, b - a
        else:
            em = max(y1 - y0, up - low, 1.0)
            if up < y0 - 0.3 * em or low > y1 + 0.3 * em:  # a line break that PDFium did not see
                flush()
                x0, x1, y0, y1, widest = a, b, low, up, b - a
            elif a - x1 > _WIDE_GAP * em:
                parts = ["".join(parts).rstrip(), CELL]
        parts.append(chr(code))
        x0, x1, y0, y1 = min(x0, a), max(x1, b), min(y0, low), max(y1, up)
        widest = max(widest, b - a)
    flush()
    textpage.close()
    return lines, seen, lost


def without_furniture(pages: Sequence[list[Line]], heights: Sequence[float]) -> list[list[Line]]:
    """Return the pages without running headers, footers and page numbers.

    A line is a header if it is among the first lines of at least half of the pages, its digits
    aside, and of two at least. A page number is a line of one number at the edge of the page that
    differs from the place of its page by the same count on most pages that have one.
    """
    edges = [_edges(lines, height) for lines, height in zip(pages, heights, strict=True)]
    shapes = Counter(
        shape for lines, at in zip(pages, edges, strict=True)
        for shape in {_shape(lines[i]) for i in at}
    )  # fmt: skip
    often = max(2, (len(pages) + 1) // 2) if len(pages) > 3 else 2
    repeated = {shape for shape, times in shapes.items() if times >= often}
    offsets = Counter(
        int(match[1]) - number
        for number, (lines, at) in enumerate(zip(pages, edges, strict=True))
        for i in at
        if (match := _PAGE_NUMBER.fullmatch(lines[i].text))
    )
    usual, count = offsets.most_common(1)[0] if offsets else (None, 0)
    if count == 1 and usual != 1:  # one number, not that of its page: it may be a figure
        usual = None
    found = []
    for number, (lines, at) in enumerate(zip(pages, edges, strict=True)):
        kept = []
        for i, line in enumerate(lines):
            if i in at:
                match = _PAGE_NUMBER.fullmatch(line.text)
                if match and int(match[1]) - number == usual:
                    continue
                if not match and _shape(line) in repeated:
                    continue
            kept.append(line)
        found.append(kept)
    return found


def _shape(line: Line) -> str:
    return _DIGITS.sub("#", line.text)


def _edges(lines: list[Line], height: float) -> set[int]:
    """Return which lines stand in the outer eighth of the page, or are its very first or last."""
    order = sorted(range(len(lines)), key=lambda i: -lines[i].top)
    found = {i for i in order[:_EDGE] if lines[i].top > height * 7 / 8}
    found |= {i for i in order[-_EDGE:] if lines[i].bottom < height / 8}
    return found


def paragraphs(pages: Sequence[list[Line]]) -> list[str]:
    """Return the text of all pages, a paragraph a line, also where it goes on over a page."""
    lines = [line for page in pages for line in page]
    if not lines:
        return []
    em = max(1.0, median(line.em for line in lines))
    right = _edge([line.right for line in lines], em, largest=True)
    left = _edge([line.left for line in lines if line.right > right - 2 * em], em, largest=False)
    steps = [
        above.bottom - below.bottom
        for page in pages
        for above, below in pairwise(page)
        if above.bottom > below.bottom
    ]
    step = median(steps) if steps else 0.0
    indented = any(left + 1.2 * em < line.left < left + 3.5 * em for line in lines)
    found: list[str] = []
    before: Line | None = None
    for line in lines:
        if before is not None and _goes_on(before, line, left, right, em, step, indented):
            found[-1] = _join(found[-1], line.text)
        else:
            found.append(line.text)
        before = line
    return found


def _edge(values: list[float], em: float, largest: bool) -> float:
    """Return the edge at which most lines end or start, to a character's width."""
    counts = Counter(round(value / em) for value in values)
    most = max(counts.values())
    usual = [place for place, count in counts.items() if count >= most / 3]
    place = max(usual) if largest else min(usual)
    there = [value for value in values if round(value / em) == place]
    return max(there) if largest else min(there)


def _goes_on(
    before: Line, line: Line, left: float, right: float, em: float, step: float, indented: bool
) -> bool:
    """Tell whether a line goes on with what the line before it began."""
    if before.right < right - 2.2 * em or CELL in before.text or CELL in line.text:
        return False
    if line.left > left + 1.2 * em:  # the indent of a new paragraph
        return False
    fall = before.bottom - line.bottom
    if fall > 0 and step and fall > 1.6 * step:  # a blank line between them
        return False
    if (
        abs(before.em - line.em) > 0.2 * em and min(len(before.text), len(line.text)) > 2
    ):  # a title above its text
        return False
    return indented or not (_SENTENCE_END.search(before.text) or _NEW.match(line.text))


def _join(before: str, after: str) -> str:
    """Put a broken line together; words of Latin letters get their space back, numbers do not."""
    apart = _LATIN.match(before[-1:]) and _LATIN.match(after[:1])
    return before + (" " if apart else "") + after


def serve() -> None:
    """Answer each PDF on standard input (eight bytes of length, then it) with a line of JSON."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limits.PDF_MEMORY, limits.PDF_MEMORY))
    except (ImportError, ValueError, OSError):  # not POSIX, or a lower limit holds already
        pass
    _with_own_font()
    while len(size := sys.stdin.buffer.read(8)) == 8:
        raw = sys.stdin.buffer.read(int.from_bytes(size, "big"))
        try:
            answer = {"text": extract(raw)}
        except Unreadable as error:
            answer = {"why": str(error)}
        except MemoryError:
            answer = {"why": "the PDF takes too much memory; save its text as a text file"}
        except Exception as error:
            answer = {"why": f"the PDF cannot be read ({type(error).__name__}); save it anew"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve()
