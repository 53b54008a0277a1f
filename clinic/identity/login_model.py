"""What the login hands over: to the pages, to the provider, and to the conversation."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from clinic.identity.persons import Person


@dataclass(frozen=True)
class LinkDescription:
    """What the page behind a link may say about the conversation before anyone has logged in."""

    channel: str
    language: str
    address_ending: str | None


@dataclass(frozen=True)
class LoginStart:
    """Where to send the browser, and the secret that ties this browser to this attempt."""

    authorization_url: str
    attempt: str
    browser_key: str = field(repr=False)


@dataclass(frozen=True)
class Callback:
    """The query of the provider's callback."""

    state: str = field(repr=False)
    code: str | None = field(default=None, repr=False)
    error: str | None = None
    issuer: str | None = None


@dataclass(frozen=True)
class LoginResult:
    """A login that the provider has vouched for.

    `page_key` is set when the conversation does not go on by itself: the browser may show the code with it, and
    the code must be typed back. `person_changed`: another person was logged in before in this conversation.
    """

    conversation_id: str
    channel: str
    language: str
    person: Person
    person_changed: bool = False
    page_key: str | None = field(default=None, repr=False)


class CodeAnswer(Enum):
    """What a message was, seen as the code that is waited for."""

    NO_CODE = "no_code"
    RIGHT = "right"
    WRONG = "wrong"
    SPENT = "spent"


@dataclass(frozen=True)
class CodePage:
    """What the browser shows after a login: the code, or None once it has been typed back."""

    code: str | None = field(repr=False)
    channel: str
    language: str
