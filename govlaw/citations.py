"""References to the reports, in the form of GB/T 7714-2015 and as BibTeX.

What is not known is left out as the standard says: a report without an issuer begins with its title
(8.1.4, numbered references), on line it needs neither place nor publisher (8.4.1.3, 8.4.2.3), off
line both are said to be unknown, and an estimated year stands in brackets (8.4.3.3). A date of
retrieval comes from the list of fetched pages alone.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import urllib.parse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

import govlaw
from govlaw import labels, measures, tables
from govlaw.codebook import load
from govlaw.definitions import rows
from govlaw.errors import TableError

STYLES = ("gbt7714", "bibtex")
#: The list of fetched pages, beside the pages.
MANIFEST = Path("data/raw/pages/fetched.csv")
_ADDRESS = re.compile(r"https?://[^\s<>\"，。；、）】》]+")
_MOST_NAMES = 3
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_PROTECTED = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}


@dataclass(frozen=True, slots=True)
class Reference:
    """What is known of a report that a reference can say; what is not known is empty.

    ``key`` comes from ``doc_id`` alone, so that it stays the same when the corpus grows. Dates are
    ISO dates: ``published``, ``written``, ``retrieved``. ``mark`` is that of the standard's annex
    B, without the carrier.
    """

    key: str
    doc_id: str
    kind: str
    mark: str
    issuers: tuple[str, ...]
    title: str
    number: str
    published: str
    written: str
    retrieved: str
    address: str
    simulated: bool


def references(
    documents: pd.DataFrame,
    fetched: Sequence[Mapping[str, str]] = (),
    doc_ids: Sequence[str] = (),
) -> list[Reference]:
    """Return a reference for each document, or for those named, in their order.

    Parameters
    ----------
    fetched : rows of the list of fetched pages; a page belongs to the document with its sha256

    Raises
    ------
    TableError
        If there is no document of a name.
    """
    unknown = [name for name in doc_ids if name not in set(documents["doc_id"])]
    if unknown:
        raise TableError(f"there is no report {', '.join(unknown)} in the tables")
    pages: dict[str, list[Mapping[str, str]]] = {}
    for page in fetched:
        pages.setdefault(page.get("sha256", ""), []).append(page)
    found = {str(row.doc_id): _reference(row, pages) for row in measures.records(documents)}
    return [found[name] for name in doc_ids] if doc_ids else list(found.values())


def _reference(row: Any, pages: Mapping[str, Sequence[Mapping[str, str]]]) -> Reference:
    printed = _ADDRESS.search(str(row.source))
    address, retrieved = (printed[0] if printed else ""), ""
    same = pages.get(str(row.sha256), []) if row.sha256 else []
    # the same bytes may have been fetched from several addresses
    page = next((page for page in same if _address(page) == address or not address), None)
    if page:
        address, retrieved = _address(page), page.get("retrieved", "")[:10]
    return Reference(
        key=key(str(row.doc_id)),
        doc_id=str(row.doc_id),
        kind=str(row.kind) or "other",
        mark=_marks().get(str(row.kind), _marks()["other"]),
        issuers=tuple(_plain(name) for name in str(row.issuer).split(";") if name.strip()),
        title=_plain(str(row.title)),
        number=_plain(str(row.document_number)),
        published=str(row.published),
        written=str(row.written),
        retrieved=retrieved,
        address=address,
        simulated=row.edition == "simulated",
    )


def _address(page: Mapping[str, str]) -> str:
    return page.get("final_address", "") or page.get("address", "")


@cache
def _marks() -> dict[str, str]:
    return {row["kind"]: row["mark"] for row in rows("citation_marks")}


def _plain(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def key(doc_id: str) -> str:
    """Return the key of a reference: the name of the document, in signs that BibTeX takes.

    A name that has others is told apart by eight digits of its SHA-256.

    >>> key("003_zhumadian_2024_report")
    '003_zhumadian_2024_report'
    """
    plain = re.sub(r"[^a-z0-9_.-]+", "-", doc_id.lower()).strip("-")
    if plain == doc_id and plain:
        return plain
    ending = hashlib.sha256(doc_id.encode("utf-8")).hexdigest()[:8]
    return f"{plain}-{ending}" if plain else f"report-{ending}"


# -- GB/T 7714-2015 ------------------------------------------------------------------------


def gbt7714(reference: Reference) -> str:
    """Return a reference as GB/T 7714-2015 asks (4.6 on line, 4.1 off line), without its number."""
    online = bool(reference.address)
    mark = reference.mark if online or reference.mark != "EB" else "Z"
    title = reference.title or f"[{reference.doc_id}]"
    if reference.number:
        title += f": {reference.number}"
    if reference.simulated:
        title += f": {labels.label('cite.simulated', 'zh')}"
    said = f"{_names(reference.issuers)}{title}[{mark}{'/OL' if online else ''}]. "
    if online:
        dates = f"({reference.published})" if reference.published else ""
        dates += f"[{reference.retrieved}]" if reference.retrieved else ""
        return f"{said}{dates}{'. ' if dates else ''}{reference.address}."
    year = reference.published[:4] or (f"[{reference.written[:4]}]" if reference.written else "")
    unknown = labels.label("cite.no_place", "zh") + ": " + labels.label("cite.no_publisher", "zh")
    return f"{said}{unknown}{', ' if year else ''}{year}."


def _names(issuers: tuple[str, ...]) -> str:
    """Return the issuers: three of them, and 等 where there are more (8.1.2)."""
    if not issuers:
        return ""
    shown = ", ".join(issuers[:_MOST_NAMES])
    return f"{shown}{', 等' if len(issuers) > _MOST_NAMES else ''}. "


# -- BibTeX --------------------------------------------------------------------------------


def bibtex(reference: Reference) -> str:
    """Return a reference as an entry for BibTeX and biblatex.

    An institution is one name in braces of its own; signs that TeX reads are written as
    themselves; of an address what TeX cannot take is written in percent.
    """
    entry = "techreport" if reference.mark == "R" else "misc"
    day = reference.published or reference.written
    fields = {
        "author": " and ".join(f"{{{_tex(name)}}}" for name in reference.issuers),
        "title": f"{{{_tex(reference.title or reference.doc_id)}}}",
        "number": _tex(reference.number),
        "institution": _tex("、".join(reference.issuers)) if entry == "techreport" else "",
        "year": day[:4],
        "date": reference.published,
        "note": _tex(_note(reference)),
        "url": _url(reference.address),
        "urldate": reference.retrieved,
        "langid": "chinese",
    }
    return _entry(entry, reference.key, fields)


def _note(reference: Reference) -> str:
    written = (
        labels.label("cite.written", "zh", date=reference.written)
        if reference.written and not reference.published
        else ""
    )
    simulated = labels.label("cite.simulated", "zh") if reference.simulated else ""
    return "；".join(note for note in (written, simulated) if note)


def _tex(text: str) -> str:
    return "".join(_PROTECTED.get(sign, sign) for sign in text)


def _url(address: str) -> str:
    return urllib.parse.quote(address, safe="%:/?#[]@!$&'()*+,;=~_.-")


# -- govlaw and its data -------------------------------------------------------------------


def software(style: str) -> str:
    """Return a reference to this version of govlaw."""
    title, version = labels.label("cite.govlaw", "en"), govlaw.__version__
    if style == "gbt7714":
        return f"govlaw contributors. {title}[CP]. Version {version}."
    return _misc("govlaw", title, f"Version {version}", "software")


def data(style: str, documents: pd.DataFrame) -> str:
    """Return a reference to the data of a corpus, for its author to complete with a name."""
    stated = labels.label(
        "cite.made_with",
        "en",
        version=govlaw.__version__,
        codebook=load().version,
        corpus=measures.corpus_hash(documents),
    )
    title = labels.label("export.title", "zh" if style == "gbt7714" else "en")
    if style == "gbt7714":
        return f"{title}[DS]. {stated}."
    return _misc("govlaw-data", title, stated, "dataset")


def _misc(name: str, title: str, note: str, what: str) -> str:
    fields = {
        "author": "{govlaw contributors}" if what == "software" else "",
        "title": f"{{{_tex(title)}}}",
        "howpublished": what,
        "note": _tex(note),
        "langid": "english",
    }
    return _entry("misc", name, fields)


def _entry(kind: str, name: str, fields: Mapping[str, str]) -> str:
    lines = [f"  {field:<12} = {{{value}}}" for field, value in fields.items() if value]
    return f"@{kind}{{{name},\n" + ",\n".join(lines) + "\n}"


# -- lists ---------------------------------------------------------------------------------


def listed(found: Iterable[Reference], style: str) -> str:
    """Return references as a list: numbered ones, or entries of BibTeX.

    Raises
    ------
    TableError
        If the style is unknown.
    """
    if style == "gbt7714":
        lines = (f"[{number}] {gbt7714(one)}" for number, one in enumerate(found, start=1))
        return "\n".join(lines) + "\n"
    if style == "bibtex":
        return "\n\n".join(bibtex(one) for one in found) + "\n"
    raise TableError(f"{style!r} is no style of references; use {' or '.join(STYLES)}")


def whole(found: Sequence[Reference], documents: pd.DataFrame, style: str) -> str:
    """Return references to reports, and after them those to govlaw and to the data of a corpus."""
    own = (software(style), data(style, documents))
    if style == "bibtex":
        return listed(found, style) + "\n" + "\n\n".join(own) + "\n"
    numbered = (f"[{len(found) + n}] {line}\n" for n, line in enumerate(own, start=1))
    return listed(found, style) + "".join(numbered)


def files(documents: pd.DataFrame, fetched: Sequence[Mapping[str, str]] = ()) -> dict[str, bytes]:
    """Return references to all reports, to govlaw and to the data, in both styles, by file name."""
    found = references(documents, fetched)
    return {
        "references.txt": whole(found, documents, "gbt7714").encode("utf-8"),
        "references.bib": whole(found, documents, "bibtex").encode("utf-8"),
    }


def fetched(path: Path | None = None) -> list[dict[str, str]]:
    """Return the rows of the list of fetched pages; none where the usual place has no list.

    Raises
    ------
    TableError
        If a list that was named cannot be read.
    """
    if path is None and not MANIFEST.is_file():
        return []
    named = path or MANIFEST
    try:
        text = named.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(f"{named}: cannot be read: {error}") from error
    return list(csv.DictReader(io.StringIO(text, newline="")))


def run(
    processed: Path,
    style: str,
    doc_ids: Sequence[str] = (),
    manifest: Path | None = None,
    with_data: bool = False,
) -> str:
    """Return what ``govlaw cite`` prints: references to the reports of a study, or to some.

    Raises
    ------
    TableError
        If there are no tables, no report of a name, or no list of fetched pages where one was
        named.
    """
    documents = tables.read(processed).documents
    found = references(documents, fetched(manifest), doc_ids)
    return whole(found, documents, style) if with_data else listed(found, style)
