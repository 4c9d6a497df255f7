"""Sphinx configuration of the rendered study; values that change are given on the command line."""

import sys

# jsonschema imports an optional checker of addresses that builds a grammar for two seconds each
# time; notebooks validate without it.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

project = "govlaw"
author = "govlaw contributors"
copyright = "govlaw contributors"
extensions = ["myst_nb", "govlaw.site.extension"]
html_search_language = "zh"
html_theme = "pydata_sphinx_theme"
nb_execution_mode = "off"
nb_merge_streams = True
nb_render_markdown_format = "myst"
nb_mime_priority_overrides = [
    ("html", "text/html", 0),
    ("html", "image/svg+xml", 5),
]
myst_enable_extensions = ["colon_fence", "deflist"]
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["evidence.js"]
html_show_sourcelink = False
html_copy_source = False
html_show_search_summary = False  # excerpts are fetched, which a page opened from disk may not
html_use_index = False
html_last_updated_fmt = None
html_theme_options = {
    "navigation_with_keys": False,
    "show_version_warning_banner": False,
    "show_prev_next": False,
    "footer_start": ["copyright"],
    "footer_end": [],
    "logo": {"text": "govlaw"},
    "navbar_end": ["theme-switcher"],
    "navbar_persistent": ["search-button-field", "language-switch"],
    # the style sheet hides it where a table needs the room
    "secondary_sidebar_items": {"study/**": ["page-toc"]},
}
html_context = {"default_mode": "auto"}
html_sidebars: dict[str, list[str]] = {
    page: [] for page in ("index", "search", "cards/*", "evidence/*", "codebook/*")
}
templates_path = ["templates"]
suppress_warnings = ["misc.highlighting_failure"]
