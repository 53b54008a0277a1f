"""What may be seen of a conversation: nothing that was said under a login, once that login is over.

A chat stays in the browser of a telephone that others may pick up. After the log-out, or 30 minutes of silence, what
was written before is hidden until the same person logs in again; another person never sees it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from clinic.identity.login_store import CompletedLogin


@dataclass(frozen=True)
class View:
    """What is shown: everything since `since` (UTC), or everything. `is_locked`: a login would show more."""

    since: datetime | None = None
    is_locked: bool = False


def view_of(logins: list[CompletedLogin], now: datetime, longest_silence: timedelta) -> View:
    """The view of whoever holds the conversation now, after these logins, oldest first."""
    ends = {number: _end(login, now, longest_silence) for number, login in enumerate(logins)}
    present = next((login for number, login in enumerate(logins) if ends[number] is None), None)
    over = [end for number, end in ends.items() if end and (present is None or _other(logins[number], present))]
    return View(max(over, default=None), present is None and bool(logins))


def _other(login: CompletedLogin, present: CompletedLogin) -> bool:
    return login.person_id != present.person_id


def _end(login: CompletedLogin, now: datetime, longest_silence: timedelta) -> datetime | None:
    """When a login was over; None while it is valid."""
    silent_since = login.last_seen_at + longest_silence
    if not login.is_active:
        return min(login.ended_at or silent_since, silent_since)
    return silent_since if silent_since <= now else None
