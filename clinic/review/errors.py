"""Why somebody may not see the findings."""

from __future__ import annotations

from clinic.errors import ClinicError


class ReviewLinkError(ClinicError):
    """A link that opens nothing."""


class ReviewLinkUnknown(ReviewLinkError):
    """No link with this token was ever made."""


class ReviewLinkExpired(ReviewLinkError):
    """The link is too old."""


class ReviewLinkUsed(ReviewLinkError):
    """The link has opened a session before; it works once."""


class ReviewClosed(ClinicError):
    """There is no open session: none was given, it has expired, or it was closed."""
