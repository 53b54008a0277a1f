"""`clinic bookings list`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clinic.cli.opening import print_json, services
from clinic.clock import to_oslo

if TYPE_CHECKING:
    from clinic.container import Container
    from clinic.reports import BookingReport

app = typer.Typer(no_args_is_help=True)


@app.callback()
def bookings() -> None:
    """Keep this a group of commands, although there is only one so far."""


@app.command("list")
def list_bookings(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with the patient's own words.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, newest first.")] = 100,
) -> None:
    """List booked consultations, newest first. Only --json shows health information."""
    from clinic.reports import Reports

    with services() as container:
        found = Reports(container.database).bookings(limit)
        if as_json:
            print_json([_as_json(container, booking) for booking in found])
            return
    for booking in found:
        before = to_oslo(booking.contact_before).strftime("%Y-%m-%d %H:%M")
        typer.echo(
            f"{booking.reference}  {booking.status:<10} before {before}  {booking.channel:<8} {booking.language}"
        )
    if not found:
        typer.echo("No bookings yet.")


def _as_json(container: Container, booking: BookingReport) -> dict[str, Any]:
    return {
        "reference": booking.reference,
        "status": booking.status,
        "booked_at": to_oslo(booking.booked_at).isoformat(timespec="seconds"),
        "contact_before": to_oslo(booking.contact_before).isoformat(timespec="seconds"),
        "channel": booking.channel,
        "language": booking.language,
        "subject": booking.subject,
        "patient_age": booking.patient_age,
        "reason_kind": booking.reason_kind,
        "words": list(booking.words),
        "duration": booking.duration,
        "severity": booking.severity,
        "note": [asdict(item) for item in booking.note],
        "policy_number": booking.masked_policy_number,
        "video_link": container.video.link(booking.appointment_id),
    }
