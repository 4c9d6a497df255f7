"""Front matter: what the head of a ``.md`` file says of the report below it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import yaml

from govlaw import places, plain_yaml
from govlaw.errors import SourceError
from govlaw.model import Metadata

KINDS = ("annual_report", "plan", "news", "evaluation", "other")
LEVELS = ("province", "prefecture", "county", "township", "department")
EDITIONS = ("original", "digest", "simulated")

#: Fields of the front matter and the fields of Metadata that they fill.
FIELDS = {
    "title": "title",
    "issuer": "issuer",
    "place": "region",
    "adcode": "adcode",
    "province": "province",
    "level": "level",
    "kind": "kind",
    "period": "",
    "written": "written",
    "published": "published",
    "document_number": "document_number",
    "index_number": "index_number",
    "addressee": "addressee",
    "edition": "edition",
    "source": "source",
}

_BLOCK = re.compile(r"---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_PERIOD = re.compile(r"((?:19|20)[0-9]{2})(?: *[-—–] *((?:19|20)[0-9]{2}))?")
_DATE = re.compile(r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")
_ADCODE = re.compile(r"[0-9]{6}")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_WHOLE_TITLE = re.compile(r"《([^《》]*)》")


def split(text: str, path: Path) -> tuple[Metadata | None, str]:
    """Return the metadata and the text after the front matter; None where there is none.

    Raises
    ------
    SourceError
        If the block is not closed, is not YAML, or a field is unknown or has a value that it
        cannot have.
    """
    if not text.startswith("---"):
        return None, text
    match = _BLOCK.match(text)
    if match is None:
        raise SourceError(f"{path}: the front matter is not closed; end it with a line of ---")
    try:
        found = plain_yaml.load(match[1])
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 2}" if mark else ""
        raise SourceError(
            f"{path}{line}: the front matter is not YAML; write `name: value`"
        ) from error
    if not isinstance(found, Mapping):
        raise SourceError(f"{path}: the front matter holds no fields; write `name: value`")
    return _metadata(found, path), text[match.end() :]


def _metadata(found: Mapping[str, object], path: Path) -> Metadata:
    values: dict[str, str] = {}
    for name, value in found.items():
        if name not in FIELDS:
            raise SourceError(
                f"{path}: the front matter has the unknown field {name!r}; "
                f"known are {', '.join(FIELDS)}"
            )
        if not isinstance(value, str):
            raise SourceError(f"{path}: the field {name!r} holds a list; write one line of text")
        if name != "period":
            values[FIELDS[name]] = _plain(value)
    values["period_start"], values["period_end"] = _period(str(found.get("period", "")), path)
    for name, allowed in (("kind", KINDS), ("level", LEVELS), ("edition", EDITIONS)):
        if values.get(name) and values[name] not in allowed:
            raise SourceError(
                f"{path}: the field {name!r} is {values[name]!r}; it can be {', '.join(allowed)}"
            )
    for name in ("written", "published"):
        if values.get(name) and not _is_date(values[name]):
            raise SourceError(f"{path}: the field {name!r} is {values[name]!r}; write 2025-01-17")
    if values.get("adcode") and not _ADCODE.fullmatch(values["adcode"]):
        raise SourceError(f"{path}: the field 'adcode' is {values['adcode']!r}; write six digits")
    title = _WHOLE_TITLE.fullmatch(values.get("title", ""))
    if title:
        values["title"] = title[1]
    values["harmonised"] = _harmonised(values.get("adcode", ""), values["period_end"])
    values["origins"] = ";".join(
        f"{field or name}=front matter" for name, field in FIELDS.items() if found.get(name)
    )
    return Metadata(**values)


def _plain(value: str) -> str:
    r"""Return a value without what only escapes of YAML can put there.

    Halves of characters (``"\ud83d\ude00"``) are joined, those alone and control characters lost.
    """
    whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROL.sub(" ", whole).strip()


def _harmonised(adcode: str, year: str) -> str:
    """Return the code of the same place in the newest list; empty where the code is not known."""
    if not adcode:
        return ""
    return places.harmonise(adcode, int(year) if year else places.newest())


def _is_date(value: str) -> bool:
    try:
        return bool(_DATE.fullmatch(value)) and bool(date.fromisoformat(value))
    except ValueError:  # 2024-02-30
        return False


def _period(value: str, path: Path) -> tuple[str, str]:
    if not value.strip():
        return "", ""
    match = _PERIOD.fullmatch(value.strip())
    if match is None or (match[2] and match[2] < match[1]):
        raise SourceError(f"{path}: the field 'period' is {value!r}; write 2024 or 2023-2024")
    return match[1], match[2] or match[1]
