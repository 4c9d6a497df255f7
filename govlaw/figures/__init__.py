"""The figures of the study: from the tables of :mod:`govlaw.measures` to drawings.

Every function returns a :class:`Drawing` in the language asked for, writes no file and changes
no setting. A drawing carries its message in the title, units, n, what was left out, and the
versions behind it. All are 8 inches wide; heights grow with the corpus.
"""

from govlaw.figures.audit import (
    audit_digits,
    audit_power,
    audit_rates,
    audit_states,
    audit_verdicts,
)
from govlaw.figures.card import profile
from govlaw.figures.compare import place_counts, place_rates
from govlaw.figures.corpus import completeness, density, parts, timing
from govlaw.figures.indicators import (
    base_disclosure,
    disclosure_index,
    disclosure_matrix,
    disclosure_share,
    precision,
    rates,
)
from govlaw.figures.models import coefficients, coverage, planted_effects
from govlaw.figures.page import Drawing
from govlaw.figures.targets import attainment, deadlines, honours, responsibility
from govlaw.figures.text import (
    boilerplate,
    dimension_space,
    dispersion,
    hardness,
    keyness,
    shared_passages,
    tone,
)
from govlaw.figures.validation import validation_recall, validation_scores

__all__ = [
    "Drawing",
    "attainment",
    "audit_digits",
    "audit_power",
    "audit_rates",
    "audit_states",
    "audit_verdicts",
    "base_disclosure",
    "boilerplate",
    "coefficients",
    "completeness",
    "coverage",
    "deadlines",
    "density",
    "dimension_space",
    "disclosure_index",
    "disclosure_matrix",
    "disclosure_share",
    "dispersion",
    "hardness",
    "honours",
    "keyness",
    "parts",
    "place_counts",
    "place_rates",
    "planted_effects",
    "precision",
    "profile",
    "rates",
    "responsibility",
    "shared_passages",
    "timing",
    "tone",
    "validation_recall",
    "validation_scores",
]
