"""What is exported: the panel with the tables that it comes from, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

import govlaw
from govlaw import codebook, labels, measures
from govlaw.exports import fields
from govlaw.tables import Study


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a number in an export can be traced to; it stands in every format.

    ``corpus`` is the SHA-256 of the corpus (:func:`govlaw.measures.corpus_hash`).
    """

    version: str
    codebook: str
    corpus: str
    reports: int

    def line(self) -> str:
        """Return it in one line of at most 80 characters, as Stata's label of a data set."""
        return f"govlaw {self.version}, codebook {self.codebook}, corpus {self.corpus[:16]}"

    def stated(self) -> list[tuple[str, str]]:
        """Return names and values, for the formats that keep such pairs."""
        return [
            ("govlaw_version", self.version),
            ("codebook_version", self.codebook),
            ("corpus_sha256", self.corpus),
            ("reports", str(self.reports)),
        ]

    def described(self) -> list[tuple[str, str, str, str]]:
        """Return name, value and the name's labels in Chinese and English."""
        return [
            (
                name,
                value,
                labels.label(f"export.{name}", "zh"),
                labels.label(f"export.{name}", "en"),
            )
            for name, value in self.stated()
        ]


@dataclass(frozen=True, slots=True)
class Edition:
    """Conformed tables (those of ``fields.KEYS``) and where they come from.

    ``references`` holds files with the citations of the reports, by name; the package has them.
    ``key`` is the column that stands for the place: ``adcode`` or ``harmonised``.
    """

    tables: dict[str, pd.DataFrame]
    provenance: Provenance
    references: dict[str, bytes]
    key: str = "adcode"

    def fields(self, table: str) -> list[fields.Field]:
        """Return the fields of a table."""
        return fields.of(table, self.tables[table].columns)

    def keys(self, table: str) -> tuple[str, ...]:
        """Return the columns that tell the rows of a table apart."""
        if table in ("long", "wide"):
            return (self.key, *fields.KEYS[table][1:])
        return fields.KEYS[table]


def made(
    long: pd.DataFrame,
    wide: pd.DataFrame,
    study: Study,
    *,
    overrides: pd.DataFrame | None = None,
    unplaced: pd.DataFrame | None = None,
    references: dict[str, bytes] | None = None,
    key: str = "adcode",
) -> Edition:
    """Return the edition of a panel and of the study that it was made from.

    Parameters
    ----------
    overrides, unplaced : the tables of the same names that come with a panel; empty by default
    references : files with citations of the reports, by name
    key : what a row of the panel stands for beside the year: adcode or harmonised

    Raises
    ------
    ExportError
        If a cell does not fit its column (see :func:`govlaw.exports.fields.conform`).
    """
    found = {
        "long": long,
        "wide": wide,
        "documents": study.documents,
        "observations": study.observations,
        "findings": study.findings,
    }
    for name, frame in (("overrides", overrides), ("unplaced", unplaced)):
        found[name] = pd.DataFrame(columns=fields.listed(name)) if frame is None else frame
    provenance = Provenance(
        govlaw.__version__,
        codebook.load().version,
        measures.corpus_hash(study.documents),
        len(study.documents),
    )
    conformed = {name: fields.conform(name, frame) for name, frame in found.items()}
    return Edition(conformed, provenance, references or {}, key)
