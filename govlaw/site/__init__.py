"""The rendered study: executed notebooks, report cards and evidence pages as a static site."""
