"""Parquet: typed columns with their labels, and the versions among the file's key-value pairs."""

from __future__ import annotations

import io
from typing import Any

import pandas as pd

from govlaw.exports import fields
from govlaw.exports.edition import Edition


def write(edition: Edition, table: str) -> bytes:
    """Return a table as Parquet; ``label_zh`` and ``label_en`` stand with every column."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types: dict[str, Any] = {
        "integer": pa.int64(),
        "year": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
    }
    schema = pa.schema(
        [
            pa.field(
                field.name,
                types.get(field.type, pa.string()),
                metadata={"label_zh": field.zh, "label_en": field.en},
            )
            for field in edition.fields(table)
        ],
        metadata={"table": table, **dict(edition.provenance.stated())},
    )
    columns = [
        pa.array(edition.tables[table][column.name], type=column.type, from_pandas=True)
        for column in schema
    ]
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(columns, schema=schema), buffer)
    return buffer.getvalue()


def read(table: str, content: bytes) -> pd.DataFrame:
    """Read a table that :func:`write` made."""
    return fields.conform(table, pd.read_parquet(io.BytesIO(content)))
