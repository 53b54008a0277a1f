"""The page behind the video link: who it is for, when the doctor comes, and one's own camera meanwhile."""

from __future__ import annotations

import asyncio

from sanic import Blueprint, Request
from sanic.response import HTTPResponse

from clinic.booking import Appointment
from clinic.clock import to_oslo
from clinic.container import Container
from clinic.video import AppointmentCancelled, VideoLinkExpired, VideoLinkUnknown
from web.pages import language_of, page

# Scripts and styles of our own only; the camera's picture stays in the browser.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self' blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_CAMERA = "camera=(self), microphone=(self), geolocation=()"
_REFUSED: dict[type[Exception], tuple[str, int]] = {
    VideoLinkUnknown: ("unknown", 404),
    VideoLinkExpired: ("expired", 410),
    AppointmentCancelled: ("cancelled", 410),
}


def video_blueprint() -> Blueprint:
    """`GET /video/<token>`."""
    blueprint = Blueprint("video", url_prefix="/video")

    @blueprint.get("/<token:str>", name="room")
    async def room(request: Request, token: str) -> HTTPResponse:
        container: Container = request.app.ctx.container
        try:
            appointment, first_name, language = await asyncio.to_thread(_open, container, token)
        except (VideoLinkUnknown, VideoLinkExpired, AppointmentCancelled) as refused:
            reason, status = _REFUSED[type(refused)]
            return page(
                request, "video_closed.html", _wished(request, language_of(request)), status=status, reason=reason
            )
        response = page(
            request, "video.html", _wished(request, language), content_policy=CONTENT_POLICY, first_name=first_name,
            before=f"{to_oslo(appointment.contact_before):%H:%M}", reference=appointment.reference,
        )  # fmt: skip
        response.headers["Permissions-Policy"] = _CAMERA
        return response

    return blueprint


def _wished(request: Request, language: str) -> str:
    wish = request.args.get("lang")
    return wish if wish in ("nb", "en") else language


def _open(container: Container, token: str) -> tuple[Appointment, str, str]:
    """The appointment, the patient's first name and the language. Raises what `clinic.video` raises."""
    appointment = container.appointments.get(container.video.appointment_id(token))
    if appointment is None:
        raise VideoLinkUnknown("There is no such appointment.")
    container.video.admit(appointment, container.clock.now())
    patient = container.appointments.patient_of(appointment)
    return appointment, patient.first_name, patient.language
