"""The colours of the dimensions as rules of a style sheet, for light and for dark pages."""

from __future__ import annotations

from govlaw.style import DIMENSIONS

#: Backgrounds of the theme, the ones on which a colour is hardest to see.
LIGHT, DARK = "#ffffff", "#222832"
#: WCAG 2.2, 1.4.11: what is needed to understand a graphic; asked here with some room.
ENOUGH = 3.2


def rules() -> str:
    """Return a rule for each dimension, and one for dark pages."""
    found = []
    for name, colour in DIMENSIONS.items():
        found.append(f".dim-{name} {{ --figure: {colour}; }}\n")
        found.append(f'html[data-theme="dark"] .dim-{name} {{ --figure: {on_dark(colour)}; }}\n')
    return "".join(found)


def on_dark(colour: str) -> str:
    """Return a colour mixed with white until it can be seen on a dark page."""
    for step in range(21):
        mixed = [round(c + (255 - c) * step / 20) for c in _channels(colour)]
        found = "#" + "".join(f"{c:02x}" for c in mixed)
        if contrast(found, DARK) >= ENOUGH:
            return found
    return "#ffffff"


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, contrast ratio)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    """Return the relative luminance of a colour, 0 to 1 (WCAG 2.2)."""
    shares = [c / 255 for c in _channels(colour)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
