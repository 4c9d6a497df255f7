"""Errors that a user can mend: one clear sentence that names the file."""


class GovlawError(Exception):
    """Base of every error that govlaw raises on purpose; its text is one sentence for the user."""


class SourceError(GovlawError):
    """A report could not be read. The corpus goes on without it."""


class TableError(GovlawError):
    """A table of definitions or of results is missing or malformed."""


class NotebookError(GovlawError):
    """A notebook failed or was given a parameter that it does not have."""


class CheckError(GovlawError):
    """Figures typed in to be checked cannot be read."""


class FetchError(GovlawError):
    """Pages cannot be fetched at all: a wrong list, a folder in use or one that is full."""
