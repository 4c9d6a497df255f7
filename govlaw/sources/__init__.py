"""From a file to a :class:`~govlaw.model.Document`: one reader a format."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from govlaw.errors import SourceError
from govlaw.model import Document
from govlaw.sources import front_matter, page

#: Suffixes that are read as reports when a folder is given.
SUFFIXES = (".md", ".txt")

_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_NOT_IN_ID = re.compile(r"[^\w.\-]+")


def doc_id(path: Path) -> str:
    """Return the name of a report in every table: the file's stem, unsafe characters replaced."""
    return _NOT_IN_ID.sub("_", path.stem).strip("._") or "report"


def read(path: Path) -> Document:
    """Read one report.

    Text files are UTF-8 (a byte order mark is passed over); nothing of the text is changed. A
    ``.md`` file may start with front matter; its text is what follows.

    Raises
    ------
    SourceError
        If the file cannot be read, is empty, holds no text, is not UTF-8, or its front matter is
        wrong. The message names the file and what to do.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise SourceError(
            f"{path}: {path.suffix or 'a file without suffix'} is not read; "
            f"save the report as one of {', '.join(SUFFIXES)}"
        )
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror or error}") from error
    text = _decode(raw, path)
    digest = hashlib.sha256(raw).hexdigest()
    if path.suffix.lower() == ".md":
        metadata, body = front_matter.split(text, path)
        if metadata is not None:
            if not body.strip():
                raise SourceError(f"{path}: nothing stands after the front matter; add the text")
            return Document(doc_id(path), body, digest, metadata)
    return Document(doc_id(path), text, digest, page.describe(text))


def _decode(raw: bytes, path: Path) -> str:
    if not raw.strip():
        raise SourceError(f"{path}: the file is empty; put the report's text into it or remove it")
    if b"\x00" in raw[:4096]:
        raise SourceError(f"{path}: not a text file; save the report as UTF-8 text")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{path}: not UTF-8 (byte {raw[error.start]:#04x} at position {error.start}); "
            f"save the file with the encoding UTF-8"
        ) from error
    if len(_CONTROL.findall(text)) > len(text) / 100:
        raise SourceError(f"{path}: not a text file; save the report as UTF-8 text")
    return text
