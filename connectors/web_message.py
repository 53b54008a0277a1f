"""What a page may send: one message as JSON, checked before anything is done with it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from sanic.request import Request

from clinic.errors import ClinicError
from clinic.texts import DEFAULT_LANGUAGE, LANGUAGES

LONGEST_TEXT = 10_000
LONGEST_PAYLOAD = 500
# A text of the longest length, with every character escaped as JSON allows.
LONGEST_BODY = 12 * LONGEST_TEXT + 1_000
MESSAGE_ID = re.compile(r"[0-9A-Za-z-]{16,64}")


class BadRequestError(ClinicError):
    """The request cannot be taken; `status` and `code` are what the page is told."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


@dataclass(frozen=True)
class PatientMessage:
    """One message: either words (`payload` None) or a pressed button. `id` is made by the page, for repeats.

    `language` is that of the page; it only counts when the conversation's own cannot be looked up.
    """

    id: str
    text: str
    payload: str | None
    language: str


def json_object(request: Request) -> dict[str, object]:
    """The request's JSON object. Raises BadRequestError: another content type, too large, or not a JSON object.

    A foreign site's form cannot send this content type without asking first, which we never allow.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise BadRequestError(415, "json_only")
    if len(request.body) > LONGEST_BODY:
        raise BadRequestError(413, "too_long")
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        raise BadRequestError(400, "bad_json") from None
    if not isinstance(body, dict):
        raise BadRequestError(400, "bad_json")
    return body


def patient_message(body: dict[str, object]) -> PatientMessage:
    """The message in a JSON object. Raises BadRequestError when a field is missing, of a wrong kind or too long."""
    message_id, text, payload = body.get("id"), body.get("text"), body.get("payload")
    language = language_in(body)
    if not isinstance(message_id, str) or not MESSAGE_ID.fullmatch(message_id):
        raise BadRequestError(400, "bad_id")
    if isinstance(payload, str) and text is None:
        if not 0 < len(payload) <= LONGEST_PAYLOAD:
            raise BadRequestError(400, "bad_payload")
        return PatientMessage(message_id, "", _storable(payload), language)
    if not isinstance(text, str) or payload is not None:
        raise BadRequestError(400, "bad_message")
    if len(text) > LONGEST_TEXT:
        raise BadRequestError(413, "too_long")
    return PatientMessage(message_id, _storable(text), None, language)


def language_in(body: dict[str, object]) -> str:
    """The language that the page is in, as it says in a JSON object; bokmål when it says none that we have."""
    language = body.get("language")
    return language if isinstance(language, str) and language in LANGUAGES else DEFAULT_LANGUAGE


def _storable(text: str) -> str:
    # JSON can hold half a surrogate pair, which is no character and cannot be written as UTF-8.
    return text.encode("utf-8", "replace").decode("utf-8")
