"""Why a page was not fetched."""

from __future__ import annotations

from govlaw.errors import FetchError


class PageError(FetchError):
    """One page was not fetched; the others go on.

    Attributes
    ----------
    passing : whether asking again may help
    status : the HTTP status, 0 where there was no answer
    wait : seconds that the server asks to be left alone, 0 where it names none
    """

    def __init__(
        self, reason: str, *, passing: bool = False, status: int = 0, wait: float = 0
    ) -> None:
        super().__init__(reason)
        self.passing = passing
        self.status = status
        self.wait = wait
