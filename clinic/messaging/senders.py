"""Senders: Twilio for SMS, and one for channels where nothing leaves (development, the open chat page)."""

from __future__ import annotations

import phonenumbers
import requests

from clinic.messaging.model import Permanent, Queued, Sender, Temporary
from clinic.settings import Settings

TWILIO = "https://api.twilio.com"
TIMEOUT_S = (3.05, 10.0)
SERVICE_PREFIX = "MG"
"""What the id of a Twilio messaging service begins with, which may stand where a number does."""

# 401, 403 and 404 say that our account or token is wrong: an operator can mend that, and the messages still leave.
_TRY_AGAIN = frozenset({401, 403, 404, 408, 425, 429})


class Recorded:
    """Nothing leaves: the message stays in the outbox as sent, where `/dev/outbox` shows it."""

    def send(self, message: Queued) -> None:
        """Does nothing."""


class TwilioSender:
    """Twilio's Messages API (https://www.twilio.com/docs/messaging/api/message-resource)."""

    def __init__(self, account_sid: str, auth_token: str, sms_from: str, base_url: str = TWILIO) -> None:
        self._url = f"{base_url}/2010-04-01/Accounts/{account_sid}/Messages.json"
        self._auth = (account_sid, auth_token)
        self._from = {"MessagingServiceSid" if sms_from.startswith(SERVICE_PREFIX) else "From": sms_from}

    def send(self, message: Queued) -> None:
        """Posts the message. Raises Permanent when the message itself is refused, Temporary for all other failures."""
        form = {"To": mobile_number(message.address), **self._from, "Body": message.text}
        try:
            answer = requests.post(self._url, data=form, auth=self._auth, timeout=TIMEOUT_S, allow_redirects=False)
        except requests.RequestException as error:
            raise Temporary(f"Twilio cannot be reached: {type(error).__name__}.") from None
        if 200 <= answer.status_code < 300:
            return
        if 400 <= answer.status_code < 500 and answer.status_code not in _TRY_AGAIN:
            raise Permanent(f"Twilio refused the message with {answer.status_code}.")
        raise Temporary(f"Twilio answered {answer.status_code}.")


def mobile_number(address: str | None) -> str:
    """The number in E.164 form. Raises Permanent when it cannot be a mobile: an SMS would go nowhere."""
    try:
        number = phonenumbers.parse(address or "", "NO")
    except phonenumbers.NumberParseException:
        raise Permanent("The address is no telephone number.") from None
    kinds = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in kinds:
        raise Permanent("The address is no mobile number.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def senders(settings: Settings) -> dict[str, Sender]:
    """A sender for every channel; in development nothing leaves the machine.

    In production without Twilio's settings there is none for SMS: such messages fail, which shows, and are not
    counted as sent.
    """
    found: dict[str, Sender] = {"web": Recorded(), "rest": Recorded(), "terminal": Recorded()}
    if settings.is_dev:
        found["sms"] = Recorded()
    elif settings.twilio_account_sid and settings.twilio_auth_token and settings.sms_from:
        found["sms"] = TwilioSender(settings.twilio_account_sid, settings.twilio_auth_token, settings.sms_from)
    return found
