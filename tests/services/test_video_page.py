"""The page behind the video link, over the whole program: who it is for, when the doctor comes, and for how long."""

from __future__ import annotations

import logging
from datetime import date, timedelta

import pytest
import requests

from clinic.booking import Appointment
from tests.support.intakes import WORDS, Ready, ready_intake
from web.simulation.site import WholeSite

TIMEOUT_S = 10
BORN = date(1971, 1, 31)


@pytest.fixture
def ready(site: WholeSite) -> Ready:
    """A confirmed intake of Siri."""
    return ready_intake(site.container, "Siri", BORN, "99887766")


@pytest.fixture
def appointment(site: WholeSite, ready: Ready) -> Appointment:
    """Siri's appointment: booked at noon, the doctor comes before 12:20."""
    return site.container.appointments.book(ready.intake_id)


@pytest.fixture
def link(site: WholeSite, appointment: Appointment) -> str:
    """The address in her message."""
    return site.container.video.link(appointment)


def _get(address: str, language: str = "nb") -> requests.Response:
    return requests.get(address, headers={"Accept-Language": language}, timeout=TIMEOUT_S)


def test_it_says_who_and_when(link: str, appointment: Appointment) -> None:
    page = _get(link)
    assert page.status_code == 200
    for part in ("Videorom for Siri", "før klokka 12:20", appointment.reference, "113", 'lang="nb"'):
        assert part in page.text
    for secret in ("Prøvesen", WORDS, "99887766", "1971"):
        assert secret not in page.text


def test_it_speaks_the_language_of_the_conversation_and_can_be_switched(site: WholeSite, link: str) -> None:
    assert "En lege kontakter deg" in _get(link, "en").text
    english = _get(f"{link}?lang=en").text
    assert "Siri" in english and 'lang="en"' in english and "En lege" not in english
    ready = ready_intake(site.container, "Siri", BORN, "99887766", channel="rest", language="en")
    own = site.container.video.link(site.container.appointments.book(ready.intake_id))
    assert 'lang="en"' in _get(own).text


def test_a_childs_room_has_the_childs_name(site: WholeSite) -> None:
    ready = ready_intake(
        site.container, "Siri", BORN, "99887766",
        subject="child", child_name="Åse <b>", child_birth_date=date(2022, 9, 14), child_on_policy=True,
    )  # fmt: skip
    page = _get(site.container.video.link(site.container.appointments.book(ready.intake_id)))
    assert "Videorom for Åse" in page.text
    assert "Siri" not in page.text


def test_the_browser_is_told_to_keep_it_to_itself(link: str) -> None:
    headers = _get(link).headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=(self)" in headers["Permissions-Policy"]
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy


def test_an_unknown_link_is_404_in_the_visitors_language(site: WholeSite, link: str) -> None:
    for token in ("x", "A" * 48, "%00", "æ", link.rsplit("/", 1)[1][:-1] + "!"):
        page = _get(f"{site.url}/video/{token}")
        assert page.status_code == 404
        assert "Siri" not in page.text
        assert "camera=()" in page.headers["Permissions-Policy"]
    assert "Lenken virker ikke" in _get(f"{site.url}/video/x").text
    assert "Lenken" not in _get(f"{site.url}/video/x", "en-GB,en;q=0.9").text


def test_a_link_is_over_an_hour_after_the_promise(site: WholeSite, link: str, appointment: Appointment) -> None:
    site.clock.set(appointment.contact_before + timedelta(minutes=60))
    assert _get(link).status_code == 200
    site.clock.set(appointment.contact_before + timedelta(minutes=60, seconds=1))
    page = _get(link)
    assert page.status_code == 410
    assert "Timen er over" in page.text
    assert "Siri" not in page.text


def test_the_link_of_a_cancelled_appointment_is_closed(
    site: WholeSite, link: str, appointment: Appointment, ready: Ready
) -> None:
    assert site.container.appointments.cancel(appointment.id, ready.person.id)
    page = _get(link)
    assert page.status_code == 410
    assert "Timen er avbestilt" in page.text
    assert "Siri" not in page.text


def test_a_link_signed_for_an_appointment_that_is_not_there_is_unknown(site: WholeSite) -> None:
    link = site.container.video.link("7b1f6c1e-2d3a-4b5c-8d9e-0f1a2b3c4d5e")
    assert _get(link).status_code == 404


def test_no_token_in_any_log(
    site: WholeSite, link: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    logging.getLogger("urllib3").setLevel(logging.WARNING)
    token = link.rsplit("/", 1)[1]
    for path in (token, token[:-1], f"{token}?lang=en", f"{token}/more"):
        requests.get(f"{site.url}/video/{path}", timeout=TIMEOUT_S)
    requests.post(link, timeout=TIMEOUT_S)
    out, err = capfd.readouterr()
    assert token[:20] not in caplog.text + out + err
