"""The figures of the study: from the tables of :mod:`govlaw.measures` to drawings.

Every function returns a :class:`Drawing` in the language asked for, writes no file and changes
no setting. A drawing carries its message in the title, units, n, what was left out, and the
versions behind it. All are 8 inches wide; heights grow with the corpus.
"""

from govlaw.figures.audit import audit_rates, audit_verdicts
from govlaw.figures.card import profile
from govlaw.figures.corpus import completeness, density, parts, timing
from govlaw.figures.indicators import (
    base_disclosure,
    disclosure_index,
    disclosure_matrix,
    disclosure_share,
    precision,
    rates,
)
from govlaw.figures.page import Drawing
from govlaw.figures.text import (
    boilerplate,
    dimension_space,
    dispersion,
    hardness,
    keyness,
    shared_passages,
    tone,
)

__all__ = [
    "Drawing",
    "audit_rates",
    "audit_verdicts",
    "base_disclosure",
    "boilerplate",
    "completeness",
    "density",
    "dimension_space",
    "disclosure_index",
    "disclosure_matrix",
    "disclosure_share",
    "dispersion",
    "hardness",
    "keyness",
    "parts",
    "precision",
    "profile",
    "rates",
    "shared_passages",
    "timing",
    "tone",
]
