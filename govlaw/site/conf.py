"""Sphinx configuration of the rendered study; values that change are given on the command line."""

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
    ("html", "image/svg+xml", 0),
    ("html", "text/html", 5),
]
myst_enable_extensions = ["colon_fence", "deflist"]
html_static_path = ["static"]
html_css_files = ["site.css"]
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
    "navbar_end": ["language-switch", "theme-switcher"],
    # pages with wide tables need the room
    "secondary_sidebar_items": {
        "**": ["page-toc"],
        "cards/**": [],
        "study/03_audit": [],
        "study/05_targets": [],
    },
}
html_context = {"default_mode": "auto"}
html_sidebars: dict[str, list[str]] = {"index": [], "search": []}
templates_path = ["templates"]
suppress_warnings = ["misc.highlighting_failure"]
