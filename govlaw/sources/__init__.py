"""From a file to a :class:`~govlaw.model.Document`: a reader a format, chosen by the content."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from govlaw import names
from govlaw.definitions import rows
from govlaw.errors import SourceError
from govlaw.model import Document
from govlaw.sources import docx, encodings, front_matter, html, limits, manifest, page, pdf
from govlaw.sources.encodings import Unreadable

#: Suffixes that are read as reports when a folder is given. A file that is named itself is read
#: by its content, whatever its suffix.
SUFFIXES = (
    ".md", ".txt", ".html", ".htm", ".shtml", ".shtm", ".jhtml", ".xhtml", ".mhtml", ".mht",
    ".pdf", ".docx", ".doc", ".wps", ".rtf", ".ofd",
)  # fmt: skip

_PDF_WITHIN = 1024  # bytes before the mark of a PDF, as its readers allow


def doc_id(path: Path) -> str:
    """Return the name of a report in every table: the file's stem, made safe everywhere."""
    return names.made(path.stem)


def read(path: Path) -> Document:
    """Read one report: text, Markdown, a web page, PDF or DOCX.

    The format is told by the content, the encoding by the bytes; docs/reading.md lists both, and
    what is refused. Nothing of a text file is changed. A ``.md`` file may start with front matter;
    its text is what follows. The text of the other formats is what their reader returns.

    Raises
    ------
    SourceError
        If the file cannot be read, is empty, too large, holds no text, is in a format or encoding
        that is not read, or its front matter is wrong. The message names the file and what to do.
    """
    raw = _bytes(path)
    digest = hashlib.sha256(raw).hexdigest()
    try:
        text, said, address = _contents(path, raw)
        if not text.strip():
            raise Unreadable("holds no text; put the report's text into it or remove it")
    except Unreadable as error:
        raise SourceError(f"{path}: {error}") from error
    if path.suffix.lower() == ".md":
        metadata, body = front_matter.split(text, path)
        if metadata is not None:
            if not body.strip():
                raise SourceError(f"{path}: nothing stands after the front matter; add the text")
            return Document(doc_id(path), body, digest, metadata)
    described = page.describe(text, said, manifest.address(path) or address)
    return Document(doc_id(path), text, digest, described)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(limits.MAX_BYTES + 1)
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror or error}") from error
    if len(raw) > limits.MAX_BYTES:
        raise SourceError(
            f"{path}: larger than {limits.MAX_BYTES // 1_000_000} MB; save the report by itself"
        )
    if not raw.strip():
        raise SourceError(f"{path}: the file is empty; put the report's text into it or remove it")
    return raw


def _contents(path: Path, raw: bytes) -> tuple[str, dict[str, str], str]:
    """Return the text of a file, what it says beside it by field, and the address in it."""
    if b"%PDF-" in raw[:_PDF_WITHIN] and not _is_markup(raw):
        return pdf.read(raw), {}, ""
    if raw.startswith(b"PK\x03\x04"):
        return _package(raw), {}, ""
    for row in rows("refused_formats"):
        if re.match(row["starts"].encode("latin-1"), raw, re.DOTALL):
            raise Unreadable(f"{row['what']}; {row['advice']}")
    if len(raw) > limits.MAX_TEXT_BYTES:
        raise Unreadable(
            f"more than {limits.MAX_TEXT_BYTES // 1_000_000} MB of text; save the report by itself"
        )
    try:
        text = encodings.decode(raw)
    except Unreadable:
        if not _is_markup(raw):
            raise
        found = html.read(encodings.mended(raw))
        if "\ufffd" in found.text:
            raise
        return found.text, found.said, found.address
    plain = path.suffix.lower() in (".md", ".txt")
    if html.is_page(text) or (not plain and html.is_fragment(text)):
        found = html.read(text)
        return found.text, found.said, found.address
    if len(text) > limits.MAX_CHARACTERS:
        raise Unreadable(f"more than {limits.MAX_CHARACTERS} characters; save the report by itself")
    return text, {}, ""


def _is_markup(raw: bytes) -> bool:
    return html.is_page(raw[:4000].decode("latin-1").lstrip("\xef\xbb\xbf"))


def _package(raw: bytes) -> str:
    """Read an office document, which is an archive of files."""
    with docx.open_package(raw) as package:
        members = set(package.namelist())
        if "word/document.xml" in members:
            return docx.read(package, raw)
        for row in rows("refused_packages"):
            if any(member.startswith(row["holds"]) for member in members):
                raise Unreadable(f"{row['what']}; {row['advice']}")
    raise Unreadable("an archive; unpack it and hand in the reports within it")
