"""What a reviewer sees of the findings, each look noted in the audit trail before anything is shown."""

from __future__ import annotations

from clinic.audit import Audit
from clinic.findings import FindingFilter, FindingPage, FindingPages, FindingSummary
from clinic.review.access import SUBJECT, ReviewAccess


class Review:
    """The findings, for whoever holds an open session."""

    def __init__(self, access: ReviewAccess, pages: FindingPages, audit: Audit) -> None:
        """Show `pages` to those whom `access` lets in."""
        self._access = access
        self._pages = pages
        self._audit = audit

    def categories(self, secret: str | None) -> list[str]:
        """Return the categories there are to choose from. Raises ReviewClosed."""
        self._access.session_id(secret)
        return self._pages.categories()

    def page(self, secret: str | None, chosen: FindingFilter, number: int = 1) -> FindingPage:
        """Return one page of findings with what the patients wrote. Raises ReviewClosed."""
        session_id = self._access.session_id(secret)
        page = self._pages.page(chosen, number)
        # By id, so that it can be told afterwards whose words were seen.
        seen = [finding.id for finding in page.findings]
        self._audit.record(
            "reviewer", "review.listed", SUBJECT, session_id, filter=chosen.as_json(), page=page.number, findings=seen
        )
        return page

    def export(self, secret: str | None, chosen: FindingFilter) -> list[FindingSummary]:
        """Return all findings that the filter lets through, without what the patients wrote. Raises ReviewClosed."""
        session_id = self._access.session_id(secret)
        found = self._pages.summaries(chosen)
        self._audit.record(
            "reviewer", "review.exported", SUBJECT, session_id, filter=chosen.as_json(), count=len(found)
        )
        return found
