"""Bytes to text: which encoding a file is in is read from its bytes, not from what it declares.

Chinese pages declare gb2312 and hold GBK, declare utf-8 and hold GBK, or declare nothing. Every
encoding is tried strictly, in the order of what speaks for it: a mark at the start, the pattern
of UTF-16, UTF-8 (which other encodings do not imitate for long), then GB18030 (which holds GB2312
and GBK) against Big5, by the share of the commonest characters (``encodings.csv``). A character
that cannot be read is never replaced or passed over, so that no figure is changed by a guess.
"""

from __future__ import annotations

import codecs
import re
from functools import cache

from govlaw.definitions import rows

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_HAN = re.compile("[\u4e00-\u9fff]")
_READABLE = re.compile("[\n -~\u2010-\u203b\u3000-\u3017\u4e00-\u9fff\uff01-\uff5e]")
# Chinese in UTF-8: in other encodings few bytes stand like this, in damaged UTF-8 nearly all.
_THREES = re.compile(rb"[\xe3-\xe9\xef][\x80-\xbf]{2}")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_CLUE = 4096  # bytes that show the pattern of UTF-16
_SAMPLE = 100_000  # characters or bytes that a choice between encodings looks at


class Unreadable(Exception):
    """No encoding fits; the text says why, without naming the file."""


def decode(raw: bytes) -> str:
    """Return the text of a file's bytes, a byte order mark left out and nothing else changed.

    Raises
    ------
    Unreadable
        If the bytes are no text, or are text in no encoding that is known.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            text = _strictly(raw[len(mark) :], encoding)
            if text is not None and _is_text(text):
                return text
            raw = raw[len(mark) :] if mark == codecs.BOM_UTF8 else raw  # a mark put before GBK
    if b"\x00" in raw[:_CLUE]:
        return _wide(raw)
    text = _strictly(raw, "utf-8")
    if text is not None:
        foreign = not text.isascii() and not _HAN.search(text)
        text = (_chinese(raw) or text) if foreign else text  # a short GBK text can be valid UTF-8
    elif not _was_utf8(raw):  # as GB18030 it would be other characters, and other figures
        text = _chinese(raw)
    if text is None:
        raise Unreadable(_why(raw))
    if not _is_text(text):
        raise Unreadable("not a text file; save the report as UTF-8 text")
    return text


def mended(raw: bytes) -> str:
    """Return the text of a damaged file, with U+FFFD for every byte that cannot be read.

    For pages only, whose descriptions are often cut within a character: the caller must refuse
    the page where U+FFFD stands in what it reads.
    """
    return raw.decode("utf-8" if _was_utf8(raw) else "gb18030", "replace")


def _was_utf8(raw: bytes) -> bool:
    sample = raw[:_SAMPLE]
    return 3 * len(_THREES.findall(sample)) > 0.8 * len(_BEYOND_ASCII.findall(sample))


def _strictly(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _is_text(text: str) -> bool:
    return len(_CONTROL.findall(text)) <= len(text) / 100


def _wide(raw: bytes) -> str:
    """Read UTF-16 without its mark: the byte order in which more of it is readable."""
    even = raw[: len(raw) // 2 * 2]
    found = [_strictly(even, encoding) for encoding in ("utf-16-le", "utf-16-be")]
    read = max((text for text in found if text), key=_readable, default="")
    if len(raw) % 2 or _readable(read) < 0.9:
        raise Unreadable("not a text file; save the report as UTF-8 text")
    return read


def _readable(text: str) -> float:
    sample = text[:_SAMPLE]
    return len(_READABLE.findall(sample)) / len(sample) if sample else 0.0


@cache
def _common() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((row["encoding"], re.compile(f"[{row['common']}]")) for row in rows("encodings"))


def _chinese(raw: bytes) -> str | None:
    """Return the text in the Chinese encoding whose commonest characters it shows most of."""
    best, text = 0.0, None
    for encoding, common in _common():
        read = _strictly(raw, encoding)
        if read is None:
            continue
        sample = read[:_SAMPLE]
        han = len(_HAN.findall(sample))
        share = len(common.findall(sample)) / han if han else 0.0
        if text is None or share > best:
            best, text = share, read
    return text if text is not None and _HAN.search(text) else None


def _why(raw: bytes) -> str:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return "ends within a character, so it was cut off; get the whole file again"
        place = f"byte {raw[error.start]:#04x} at position {error.start}"
        return f"neither UTF-8 ({place}) nor GB18030 or Big5; save the file with the encoding UTF-8"
    return "not a text file; save the report as UTF-8 text"
