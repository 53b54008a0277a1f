"""The token in a video link is derived from the appointment by a keyed hash: nothing to store, nothing to guess."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from clinic.errors import ClinicError
from clinic.storage import Keyring

if TYPE_CHECKING:
    from clinic.booking.model import Appointment

_MAC_BYTES = 20
"""160 bits: more than can be guessed, short enough for one SMS."""

_ID_BYTES = 16


class VideoLinkUnknown(ClinicError):
    """The link is not one of ours."""


class VideoLinkExpired(ClinicError):
    """The appointment is over; a new one is booked in the chat."""


class AppointmentCancelled(ClinicError):
    """The appointment was cancelled, and its link with it."""


class Video:
    """Makes links and reads them back."""

    def __init__(self, keyring: Keyring, public_url: str) -> None:
        self._key = keyring.derive("video link")
        self._public_url = public_url.rstrip("/")

    def link(self, appointment: Appointment | str) -> str:
        """The address of the room, for an appointment or its id."""
        appointment_id = appointment if isinstance(appointment, str) else appointment.id
        raw = uuid.UUID(appointment_id).bytes
        return f"{self._public_url}/video/{_encode(raw + self._mac(raw))}"

    def appointment_id(self, token: str) -> str:
        """Which appointment a token is for. Raises VideoLinkUnknown."""
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            raise VideoLinkUnknown("The link is not complete.") from None
        given, mac = raw[:_ID_BYTES], raw[_ID_BYTES:]
        # Decoding forgives some changed characters; the token must be exactly the one that was made.
        if (
            len(raw) != _ID_BYTES + _MAC_BYTES
            or _encode(raw) != token
            or not hmac.compare_digest(mac, self._mac(given))
        ):
            raise VideoLinkUnknown("The link is not one of ours.")
        return str(uuid.UUID(bytes=given))

    def expires_at(self, appointment: Appointment) -> datetime:
        """When the link stops opening the room, in UTC."""
        from clinic.booking.model import WAITED_FOR

        return appointment.contact_before + WAITED_FOR

    def admit(self, appointment: Appointment, now: datetime) -> None:
        """Lets the holder of the link in. Raises AppointmentCancelled or VideoLinkExpired."""
        if appointment.status.value == "cancelled":
            raise AppointmentCancelled("The appointment was cancelled.")
        if now > self.expires_at(appointment):
            raise VideoLinkExpired("The appointment is over.")

    def _mac(self, raw: bytes) -> bytes:
        return hmac.new(self._key, raw, hashlib.sha256).digest()[:_MAC_BYTES]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
