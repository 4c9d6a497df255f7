"""What a notebook imports: the tables of a study, its language, and a way to show figures."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from IPython.display import SVG, display

from govlaw import style, tables, validation
from govlaw.errors import GovlawError
from govlaw.figures import Drawing
from govlaw.labels import check_language
from govlaw.tables import Study
from govlaw.validation import Validation


@dataclass(frozen=True, slots=True)
class Session:
    """A study as a notebook sees it."""

    study: Study
    figures: Path
    language: str

    def show(self, drawing: Drawing, name: str) -> None:
        """Save a figure as ``<name>.<language>.svg`` and ``.png``, and show it.

        The description for those who cannot see it travels with the output.
        """
        stem = f"{name}.{self.language}"
        svg, _ = sorted(
            style.save(
                drawing.figure, self.figures / stem, title=drawing.title, description=drawing.alt
            ),
            key=lambda path: path.suffix != ".svg",
        )
        about = {"image/svg+xml": {"alt": drawing.alt, "figure": stem}}
        display(SVG(data=svg.read_text(encoding="utf-8")), metadata=about)


def open_study(processed: str = "", figures: str = "", language: str = "zh") -> Session:
    """Open the tables of a study.

    Parameters
    ----------
    processed, figures : folders of the tables and of the figures; where empty, data/processed and
        figures of the project that the notebook lies in
    language : zh or en

    Raises
    ------
    GovlawError
        If there is no such project, or the folder holds no tables.
    """
    root = Path() if processed and figures else project()
    study = tables.read(Path(processed) if processed else root / "data" / "processed")
    return Session(study, Path(figures) if figures else root / "figures", check_language(language))


def open_validation(study: Study, folder: str = "", gold: str = "") -> Validation:
    """Open what was measured of govlaw's reading, and measure anew what is at hand.

    Parameters
    ----------
    study : the tables that a user's own annotation is compared with
    folder : of ``sets.csv``; where empty, data/validation of the project that the notebook lies
        in, or nothing where it has none
    gold : a user's own annotation of documents of the study (docs/validation.md)

    Raises
    ------
    GovlawError
        If ``folder`` holds no ``sets.csv``, or a table or an annotation has a mistake.
    """
    if folder and not (Path(folder) / "sets.csv").is_file():
        raise GovlawError(f"{folder}: holds no sets.csv; correct the parameter `validation`")
    own = validation.own_set(study, Path(gold)) if gold else None
    return validation.read(Path(folder) if folder else _validation_of_project(), own)


def _validation_of_project() -> Path | None:
    try:
        return project() / "data" / "validation"
    except GovlawError:
        return None


def project() -> Path:
    """Return the nearest folder above the current one that holds ``notebooks`` and ``data``."""
    here = Path(os.getcwd())
    for folder in (here, *here.parents):
        if (folder / "notebooks").is_dir() and (folder / "data").is_dir():
            return folder
    raise GovlawError(
        f"{here}: lies in no project (a folder with `notebooks` and `data`); "
        "give the parameter `processed`"
    )
