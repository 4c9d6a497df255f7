"""How large a corpus must be before something is estimated from it: ``minimums.csv``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from govlaw.definitions import rows
from govlaw.errors import TableError


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What a corpus has too few of for a model, and why so many are asked for."""

    model: str
    what: str
    have: float
    least: int
    reason_zh: str
    reason_en: str


def shortfalls(model: str, held: Mapping[str, float]) -> tuple[Shortfall, ...]:
    """Return what is below the stated minimums of a model; nothing where the model may be run.

    Parameters
    ----------
    model : a name of ``minimums.csv``
    held : how many there are, for every row of the table that is about this model

    Raises
    ------
    TableError
        If the table knows no such model, or a number that it asks for is not given.
    """
    asked = [row for row in rows("minimums") if row["model"] == model]
    if not asked:
        raise TableError(f"minimums.csv: there is no model {model!r}")
    unknown = [row["what"] for row in asked if row["what"] not in held]
    if unknown:
        raise TableError(f"{model}: the number of {', '.join(unknown)} was not given")
    return tuple(
        Shortfall(model, row["what"], held[row["what"]], int(row["least"]), row["reason_zh"],
                  row["reason_en"])
        for row in asked
        if held[row["what"]] < int(row["least"])
    )  # fmt: skip
