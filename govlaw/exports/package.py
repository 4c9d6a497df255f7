"""A Frictionless data package: plain CSV tables with a description that programs can check.

Source: Data Package and Table Schema, version 1 (specs.frictionlessdata.io). The tables hold every
text as it is; the CSV export is the one for spreadsheets.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from govlaw import labels
from govlaw.exports import codebook, delimited, fields
from govlaw.exports.edition import Edition

#: Columns of a table that name rows of another, and the columns of that other table.
_FOREIGN: dict[str, tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...]] = {
    "long": ((("doc_id",), "documents", ("doc_id",)),),
    "wide": ((("doc_id",), "documents", ("doc_id",)),),
    "observations": ((("doc_id",), "documents", ("doc_id",)),),
    "findings": ((("doc_id",), "documents", ("doc_id",)),),
    "unplaced": ((("doc_id",), "documents", ("doc_id",)),),
}
_TYPES = {
    "text": "string",
    "category": "string",
    "adcode": "string",
    "year": "integer",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
}


def write(edition: Edition) -> dict[str, bytes]:
    """Return the files of the package by their path in it, ``datapackage.json`` first."""
    data = {
        f"data/{table}.csv": delimited.write(table, frame, spreadsheet=False)
        for table, frame in edition.tables.items()
    }
    resources = [
        _resource(edition, table, f"data/{table}.csv", data[f"data/{table}.csv"])
        for table in edition.tables
    ]
    described = json.dumps(_package(edition, resources), ensure_ascii=False, indent=2) + "\n"
    return {
        "datapackage.json": described.encode("utf-8"),
        **data,
        **codebook.write(edition),
        **edition.references,
    }


def _package(edition: Edition, resources: list[dict[str, Any]]) -> dict[str, Any]:
    stated = edition.provenance
    return {
        "profile": "tabular-data-package",
        "name": "govlaw-panel",
        "title": _both("export.title"),
        "description": _both("export.missing", "\n\n"),
        "version": stated.version,
        "govlaw": dict(stated.stated()),
        "keywords": ["China", "law-based government", "local government", "法治政府建设"],
        "licenses": [
            {
                "name": "MIT",
                "title": "MIT License (govlaw and its codebook)",
                "path": "https://opensource.org/license/mit",
            }
        ],
        "sources": [{"title": _both("export.sources")}],
        "contributors": [{"title": f"govlaw {stated.version}", "role": "wrangler"}],
        "resources": resources,
    }


def _both(name: str, between: str = " / ") -> str:
    return between.join(labels.label(name, language) for language in labels.LANGUAGES)


def _resource(edition: Edition, table: str, path: str, content: bytes) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(field, edition.keys(table)) for field in edition.fields(table)],
        "missingValues": [""],
    }
    if edition.keys(table):
        schema["primaryKey"] = list(edition.keys(table))
    foreign = [
        {"fields": list(own), "reference": {"resource": other, "fields": list(theirs)}}
        for own, other, theirs in _FOREIGN.get(table, ())
    ]
    if table == "long":
        place = list(edition.keys("wide"))
        foreign.append({"fields": place, "reference": {"resource": "wide", "fields": place}})
    if foreign:
        schema["foreignKeys"] = foreign
    return {
        "profile": "tabular-data-resource",
        "name": table,
        "path": path,
        "title": _both(f"export.table.{table}"),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "header": True},
        "schema": schema,
    }


def _field(field: fields.Field, keys: tuple[str, ...]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": field.name,
        "type": _TYPES[field.type],
        "title": f"{field.zh} / {field.en}",
    }
    constraints: dict[str, Any] = {}
    if field.name in keys:
        constraints["required"] = True
    if field.type == "category":
        constraints["enum"] = [c.value for c in fields.categories(field.categories)]
    elif field.type == "adcode":
        constraints["pattern"] = "[0-9]{6}"
    elif field.type == "boolean":
        made |= {"trueValues": ["true"], "falseValues": ["false"]}
    elif field.type == "year":
        constraints |= {"minimum": 1949, "maximum": 2999}
    elif field.type == "integer":
        constraints["minimum"] = 0
    if constraints:
        made["constraints"] = constraints
    return made
