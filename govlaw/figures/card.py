"""The figure of a report card."""

from __future__ import annotations

import pandas as pd
from matplotlib.patches import Patch

from govlaw import labels, measures, style
from govlaw.figures.page import (
    Drawing,
    Page,
    description,
    drawn,
    few_ticks,
    name_rows,
    role_look,
    source_line,
)
from govlaw.labels import label


@drawn
def profile(documents: pd.DataFrame, found: pd.DataFrame, *, doc_id: str, language: str) -> Drawing:
    """Draw the figures of one document by dimension and role.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.measures.profile` returned for ``doc_id``
    doc_id : the document
    language : zh or en

    Raises
    ------
    TableError
        If the language is unknown.
    """
    own = documents[documents["doc_id"] == doc_id]
    name = labels.documents(documents, language).get(doc_id, doc_id)
    totals = found.groupby("dimension", sort=False)["figures"].sum()
    total = int(totals.sum())
    most = str(totals.idxmax()) if total else ""
    title = label("title.profile", language, name=name, figures=total,
                  dimension=labels.dimension(most, language) if most else "–",
                  most=int(totals.max()) if total else 0)  # fmt: skip
    roles = [r for r in measures.ROLES if found.loc[found["role"] == r, "figures"].sum()]
    page = Page(
        0.3 * max(len(totals), 1) + 0.5,
        title,
        [label("note.profile", language)],
        source_line(own, language),
        [(Patch(**role_look(r, style.MUTED)), label(f"role.{r}", language)) for r in roles],
    )
    if not total:
        return page.empty(language)
    axes = page.figure.add_subplot()
    order = [d for d in measures.dimensions() if d in totals.index]
    table = found.pivot(index="dimension", columns="role", values="figures").loc[order]
    for row, dimension in enumerate(order):
        left = 0
        for role in roles:
            width = int(table[role][dimension])
            if width:
                look = role_look(role, style.DIMENSIONS[dimension])
                axes.barh(row, width, left=left, height=0.66, **look)
            left += width
        axes.annotate(str(left), (left, row), (4, 0), textcoords="offset points", va="center",
                      size=style.SMALL_SIZE)  # fmt: skip
    name_rows(axes, [labels.dimension(d, language) for d in order], grid=False)
    axes.set_xlim(0, float(totals.max()) * 1.1)
    axes.xaxis.set_major_locator(few_ticks(8, whole=True))
    axes.set_xlabel(label("axis.figures", language))
    details = [f"{labels.dimension(d, language)} {totals[d]}" for d in order if totals[d]]
    data = found.assign(doc_id=doc_id)
    return page.drawing(description("profile", title, details, language), data)
