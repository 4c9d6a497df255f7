"""Templates of the pages that are made from tables; every value in them is escaped."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from govlaw.labels import label


@cache
def _environment() -> Environment:
    folder = str(files("govlaw") / "site" / "pages")
    return Environment(
        loader=FileSystemLoader(folder, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, language: str, **values: object) -> Markup:
    """Return a template of ``govlaw/site/pages`` filled in; ``t`` in it gives a label."""

    def t(name: str, /, **given: object) -> str:
        return label(name, language, **given)

    return Markup(_environment().get_template(template).render(t=t, **values))
