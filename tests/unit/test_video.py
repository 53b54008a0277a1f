"""Links to the video room: made from the appointment, readable only by us, and not good for ever."""

from __future__ import annotations

import string
import uuid
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.booking import Appointment, AppointmentStatus
from clinic.storage import Keyring
from clinic.video import AppointmentCancelled, Video, VideoLinkExpired, VideoLinkUnknown

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=timezone.utc)
ADDRESS = "https://lege.example"
VIDEO = Video(Keyring(b"a" * 32), ADDRESS)
ID = "7b1f6c1e-2d3a-4b5c-8d9e-0f1a2b3c4d5e"
SIGNS = string.ascii_letters + string.digits + "-_=.+/ "


def _token(video: Video = VIDEO, appointment_id: str = ID) -> str:
    return video.link(appointment_id).removeprefix(f"{ADDRESS}/video/")


def _appointment(status: AppointmentStatus = AppointmentStatus.BOOKED) -> Appointment:
    return Appointment(ID, "intake", "person", "HL-AAAAAA", status, NOON, NOON + timedelta(minutes=20))


@given(st.uuids())
def test_a_link_leads_back_to_its_appointment(appointment_id: uuid.UUID) -> None:
    assert VIDEO.appointment_id(_token(appointment_id=str(appointment_id))) == str(appointment_id)


def test_the_same_appointment_always_has_the_same_link_and_others_another() -> None:
    assert VIDEO.link(ID) == VIDEO.link(_appointment())
    assert len({VIDEO.link(str(uuid.uuid4())) for _ in range(100)}) == 100


def test_the_link_is_an_address_and_short_enough_for_an_sms() -> None:
    token = _token()
    assert set(token) <= set(string.ascii_letters + string.digits + "-_")
    assert len(token) == 48
    assert Video(Keyring(b"a" * 32), ADDRESS + "/").link(ID) == VIDEO.link(ID)


def test_any_changed_character_is_refused() -> None:
    token = _token()
    for place in range(len(token)):
        for sign in SIGNS:
            if sign != token[place]:
                with pytest.raises(VideoLinkUnknown):
                    VIDEO.appointment_id(token[:place] + sign + token[place + 1 :])


@pytest.mark.parametrize(
    "other", ["", "x", "=", "====", "æøå", "a" * 48, "a" * 10_000, "%00", "../../etc/passwd", "\x00"]
)
def test_what_is_no_token_is_refused(other: str) -> None:
    with pytest.raises(VideoLinkUnknown):
        VIDEO.appointment_id(other)


def test_a_cut_or_lengthened_token_is_refused() -> None:
    token = _token()
    for wrong in (token[:-1], token[1:], token + "A", token + "=", token * 2, token.upper(), f" {token}"):
        with pytest.raises(VideoLinkUnknown):
            VIDEO.appointment_id(wrong)


@given(st.text(max_size=80))
def test_nothing_breaks_it(text: str) -> None:
    if text != _token():
        with pytest.raises(VideoLinkUnknown):
            VIDEO.appointment_id(text)


def test_a_token_of_another_key_is_refused() -> None:
    stranger = Video(Keyring(b"b" * 32), ADDRESS)
    with pytest.raises(VideoLinkUnknown):
        VIDEO.appointment_id(_token(stranger))


def test_the_room_is_open_until_an_hour_after_the_promise() -> None:
    last = NOON + timedelta(minutes=80)
    assert VIDEO.expires_at(_appointment()) == last
    VIDEO.admit(_appointment(), NOON)
    VIDEO.admit(_appointment(), last)
    with pytest.raises(VideoLinkExpired):
        VIDEO.admit(_appointment(), last + timedelta(seconds=1))


def test_a_cancelled_appointment_has_no_room_and_is_not_called_expired() -> None:
    for moment in (NOON, NOON + timedelta(days=1)):
        with pytest.raises(AppointmentCancelled):
            VIDEO.admit(_appointment(AppointmentStatus.CANCELLED), moment)
