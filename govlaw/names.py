"""Names of reports: they are names of files and pages, on every system.

Source of the names that Windows keeps: Microsoft, "Naming Files, Paths, and Namespaces".
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache

from govlaw.definitions import rows

#: Bytes of UTF-8. File systems take 255 for a name, of which endings need some.
LONGEST = 200
_NOT_IN_NAME = re.compile(r"[^\w.\-]+")
_NOT_IN_PATH = re.compile(r"[\x00-\x1f\x7f/\\:\ud800-\udfff]")


def made(stem: str) -> str:
    """Return the name of a report whose file has this stem.

    Unsafe characters become ``_``; a long name is cut and ends in a digest of the whole; one that
    is kept for something else gets a ``_``.

    >>> made("a/b c"), made("index"), made("con.2024")
    ('a_b_c', 'index_', 'con_.2024')
    """
    name = _NOT_IN_NAME.sub("_", unicodedata.normalize("NFC", stem)).strip("._") or "report"
    raw = name.encode("utf-8")
    if len(raw) > LONGEST:
        digest = hashlib.sha256(raw).hexdigest()[:12]
        name = f"{raw[: LONGEST - 13].decode('utf-8', 'ignore')}-{digest}"
    if reserved(name):
        first, dot, rest = name.partition(".")
        name = f"{first}_{dot}{rest}"
    return name


def reserved(name: str) -> bool:
    """Tell whether a name is kept for something else, with any ending and in any case."""
    return name.partition(".")[0].casefold() in _kept()


@cache
def _kept() -> frozenset[str]:
    return frozenset(row["name"] for row in rows("reserved_names"))


def folded(name: str) -> str:
    """Return what two names have in common that are one file on some systems: case, accents."""
    return unicodedata.normalize("NFC", name).casefold()


def stays(name: str) -> bool:
    """Tell whether a name, as that of a file, stays within its folder."""
    return name.strip(". ") != "" and not _NOT_IN_PATH.search(name)
