"""One look for every figure, and the only code that saves one.

The same figure gives the same bytes on every machine: the font comes with the package, no setting
of the user takes part, and files carry no date.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.style
import seaborn as sns
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font

from govlaw.errors import GovlawError
from govlaw.tables import replace

FAMILY = "Govlaw Sans SC"
_FONT = "GovlawSansSC-Regular.otf"

#: Width of every figure, in inches: a page of text, or the column of a web page.
WIDTH = 8.0
#: Sizes of text, in points.
TITLE_SIZE, TEXT_SIZE, SMALL_SIZE = 12.0, 9.0, 8.0

INK, MUTED, FAINT = "#1a1a1a", "#595959", "#d0d0d0"

#: One colour a dimension, the same in every figure. All have a contrast of 3:1 or more on white;
#: eleven hues are more than anybody can tell apart, so a dimension always has its name beside it.
DIMENSIONS = {
    "leadership": "#332288",
    "functions": "#117733",
    "rulemaking": "#aa4499",
    "decisions": "#7a6a00",
    "enforcement": "#c44e00",
    "emergency": "#cc3355",
    "disputes": "#0072b2",
    "oversight": "#661100",
    "digital": "#218a80",
    "legal_services": "#8c6bb1",
    "context": "#777777",
}
#: One colour and one marker a verdict: markers tell them apart in grey.
VERDICTS = {
    "consistent": ("#0072b2", "o"),
    "truncated": ("#56a0c8", "v"),
    "ceiling": ("#56a0c8", "^"),
    "over_rounded": ("#8c6bb1", "s"),
    "irreconcilable": ("#c43c00", "D"),
    "undetermined": ("#777777", "P"),
    "base_undisclosed": ("#777777", "X"),
}
#: Colours from dark to light and a hatch, so that neighbours differ in grey too.
ROLES = {
    "actual": ("#1f4e79", ""),
    "target": ("#e69f00", "////"),
    "prior": ("#8c6bb1", "...."),
    "rhetorical": ("#a9cce3", ""),
    "structural": ("#dddddd", ""),
}
RATE_STATES = {
    "tested": ("#1f4e79", ""),
    "possible": ("#56a0c8", ""),
    "base_undisclosed": ("#e69f00", "////"),
    "untested": ("#dddddd", "...."),
}
STATES = {
    "value": ("#1f4e79", ""),
    "approximate": ("#7fa8cc", ""),
    "target": ("#e69f00", "////"),
    "mentioned": ("#c9b8da", "...."),
    "not_mentioned": ("#eeeeee", ""),
    "no_report": ("#ffffff", "xxxx"),
}
PARTS = {
    "results": ("#1f4e79", ""),
    "shortcomings": ("#c43c00", "////"),
    "first_person": ("#8c6bb1", ""),
    "next_year": ("#e69f00", "...."),
    "other": ("#dddddd", ""),
}
GRADES = {
    "binding": ("#7a1f00", ""),
    "duty": ("#c44e00", "////"),
    "striving": ("#e69f00", "...."),
    "soft": ("#a9cce3", ""),
    "none": ("#e6e6e6", ""),
}
APPROXIMATIONS = {
    "exact": ("#1f4e79", ""),
    "over": ("#e69f00", "////"),
    "under": ("#c43c00", "\\\\\\\\"),
    "about": ("#dddddd", "...."),
}

_SETTINGS: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.labelsize": TEXT_SIZE,
    "axes.linewidth": 0.8,
    "axes.titlesize": TEXT_SIZE,
    "axes.unicode_minus": False,
    "figure.dpi": 150,
    "figure.facecolor": "white",
    "font.family": [FAMILY],
    "font.size": TEXT_SIZE,
    "font.weight": "normal",
    "grid.color": "#e3e3e3",
    "grid.linewidth": 0.6,
    "hatch.linewidth": 0.6,
    "legend.fontsize": SMALL_SIZE,
    "legend.frameon": False,
    "savefig.bbox": None,
    "savefig.dpi": 150,
    "savefig.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "govlaw",
    "text.color": INK,
    "text.hinting": "none",
    "text.parse_math": False,  # a dollar sign in a report is a dollar sign
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "xtick.labelsize": SMALL_SIZE,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
    "ytick.labelsize": SMALL_SIZE,
}
_METADATA = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}
_MISSING_GLYPH = re.compile(r"Glyph (\d+)")


class GlyphError(GovlawError):
    """A figure holds a character that the bundled font cannot draw."""


@cache
def _register() -> None:
    """Make the bundled font known to matplotlib, in place of any other of its name."""
    manager = font_manager.fontManager
    manager.ttflist = [font for font in manager.ttflist if font.name != FAMILY]
    with as_file(files("govlaw") / "fonts" / _FONT) as path:
        try:
            manager.addfont(str(path))
        except OSError as error:
            raise GovlawError(f"{path}: the font of the figures is not there ({error})") from error


def font_path() -> Path:
    """Return the file of the bundled font."""
    return Path(str(files("govlaw") / "fonts" / _FONT))


@cache
def _glyphs() -> frozenset[int]:
    return frozenset({ord("\n"), *FT2Font(str(font_path())).get_charmap()})


def missing(text: str) -> set[str]:
    """Return the characters of a text that the bundled font has no glyph for."""
    return {character for character in set(text) if ord(character) not in _glyphs()}


def drawable(text: str) -> str:
    """Return a text with the sign of printers for a type that is not at hand in place of each
    character that the bundled font lacks; control characters become blanks.

    >>> drawable("\U00020bb7县")
    '〓县'
    """
    lacking = {ord(c): "〓" if c.isprintable() else " " for c in missing(text)}
    return text.translate(lacking) if lacking else text


@contextmanager
def theme() -> Iterator[None]:
    """Draw with govlaw's settings and nobody else's; the user's come back afterwards.

    Raises
    ------
    GlyphError
        If something is drawn here that the font holds no glyph for.
    """
    _register()
    with mpl.rc_context(), warnings.catch_warnings():
        mpl.style.use("default")
        sns.set_theme(style="whitegrid", context="paper", color_codes=False)
        mpl.rcParams.update(_SETTINGS)
        warnings.filterwarnings("error", message="Glyph .* missing")
        warnings.filterwarnings("error", message="constrained_layout not applied")
        try:
            yield
        except UserWarning as warning:
            raise _explained(warning) from None


def _explained(warning: UserWarning) -> Exception:
    missing = _MISSING_GLYPH.search(str(warning))
    if missing is None:
        return GovlawError(f"the figure does not fit: {warning}")
    code = int(missing[1])
    return GlyphError(
        f"the font {FAMILY} has no glyph for {chr(code)!r} (U+{code:04X}); add the character to "
        f"the bundled font, or change the text"
    )


def save(figure: Figure, path: Path, *, title: str = "", description: str = "") -> list[Path]:
    """Write a figure as ``<path>.svg`` and ``<path>.png``; return both files.

    The same figure gives the same bytes. Each file appears whole or not at all, and one that
    would not change is left alone.

    Parameters
    ----------
    figure : drawn under :func:`theme`
    path : file without suffix; dots in its name are kept
    title, description : put into the SVG, which screen readers can read out

    Raises
    ------
    GlyphError
        If the font holds no glyph for a character of the figure.
    """
    written = []
    for suffix, metadata in _METADATA.items():
        buffer = io.BytesIO()
        about = {"Title": title, "Description": description}
        with theme():
            figure.savefig(
                buffer,
                format=suffix,
                metadata=metadata | ({k: v for k, v in about.items() if v and suffix == "svg"}),
            )
        file = path.with_name(f"{path.name}.{suffix}")
        replace(file, buffer.getvalue())
        written.append(file)
    return written


def new_figure(width: float = WIDTH, height: float = 4.0) -> Figure:
    """Return an empty figure (inches) that pyplot knows nothing of."""
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure
