"""The code that the browser shows after a login and the patient types back in the conversation.

A login link can be forwarded. Without the code, whoever sent it would be logged in as the person who followed it; the
code stays in the browser of that person, who is told to write it in their own conversation only.
"""

from __future__ import annotations

import hmac
import re
from datetime import datetime

from clinic.identity.login_errors import CodePageClosed
from clinic.identity.login_model import CodeAnswer, CodePage
from clinic.identity.login_store import ACTIVE, UNCONFIRMED, LoginRecord, LoginStore
from clinic.storage import Keyring

DIGITS = 6
MOST_TRIES = 5
"""Tries to type one code: five guesses at a million codes."""

_CODE = re.compile(r"(?<![\d+])(?<!\d[ \u00a0])(\d{3})[ \u00a0-]?(\d{3})(?![ \u00a0]?\d)")
_LONGEST_MESSAGE = 60
"""Characters of a message that may be the code; a longer one that happens to hold six digits is no try."""


class LoginCodes:
    """Makes and checks the codes. Nothing is stored: a code follows from the login's id and the secret key."""

    def __init__(self, store: LoginStore, keyring: Keyring) -> None:
        self._store = store
        self._keyring = keyring

    def code_of(self, login_id: str) -> str:
        """The six digits of a login."""
        return f"{int(self._keyring.fingerprint('login_code', login_id), 16) % 10**DIGITS:0{DIGITS}d}"

    def page_key(self, login_id: str) -> str:
        """What the browser keeps, so that its page, and no other, may show the code."""
        return f"{login_id}.{self._keyring.fingerprint('login_code_page', login_id)}"

    def page(self, key: str | None, now: datetime) -> CodePage:
        """The page behind a key. Raises CodePageClosed for a key that is forged, or whose code is too old or spent."""
        login_id = (key or "").partition(".")[0]
        if not hmac.compare_digest((key or "").encode(), self.page_key(login_id).encode()):
            raise CodePageClosed("The browser has no login that waits for its code.")
        record = self._store.by_id(login_id)
        if record is not None and record.status == ACTIVE:
            return CodePage(None, record.channel, record.language)
        if record is None or record.status != UNCONFIRMED or record.expires_at <= now:
            raise CodePageClosed("The code was not typed in time, or typed wrong too often.")
        return CodePage(self.code_of(login_id), record.channel, record.language)

    def is_waited_for(self, conversation_id: str, now: datetime) -> bool:
        """Whether somebody has logged in for this conversation, and the code is not typed yet."""
        return self._store.unconfirmed(conversation_id, now) is not None

    def take(self, conversation_id: str, text: str, now: datetime) -> tuple[CodeAnswer, LoginRecord | None]:
        """See a message as the code; a wrong one counts as a try, and after the last the login is over."""
        typed = _CODE.search(text) if len(text) <= _LONGEST_MESSAGE else None
        record = self._store.unconfirmed(conversation_id, now) if typed else None
        if typed is None or record is None:
            return CodeAnswer.NO_CODE, None
        if not self._store.count_try(record.id, MOST_TRIES, now):
            return CodeAnswer.SPENT, record
        if hmac.compare_digest("".join(typed.groups()), self.code_of(record.id)):
            return CodeAnswer.RIGHT, record
        if record.code_tries + 1 >= MOST_TRIES:
            self._store.fail(record.id)
            return CodeAnswer.SPENT, record
        return CodeAnswer.WRONG, record
