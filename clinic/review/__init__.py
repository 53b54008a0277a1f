"""The clinical review of what the emergency screen found: who may see it, and what was looked at."""

from clinic.review.access import LINK_PATH, SESSION_LIFETIME, ReviewAccess
from clinic.review.errors import ReviewClosed, ReviewLinkError, ReviewLinkExpired, ReviewLinkUnknown, ReviewLinkUsed
from clinic.review.service import Review

__all__ = [
    "LINK_PATH",
    "SESSION_LIFETIME",
    "Review",
    "ReviewAccess",
    "ReviewClosed",
    "ReviewLinkError",
    "ReviewLinkExpired",
    "ReviewLinkUnknown",
    "ReviewLinkUsed",
]
