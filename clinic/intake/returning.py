"""Coming back: after a pause, after a day, and on another device."""

from __future__ import annotations

from datetime import datetime, timedelta

from clinic.identity.national_id import age_on
from clinic.intake.context import Context, Say, say
from clinic.intake.model import Intake, Reply

PAUSE = timedelta(minutes=30)
"""Silence after which the patient is welcomed back; as long as a login lasts."""
PUT_AWAY_AFTER = timedelta(hours=24)
"""Silence after which an intake is put away: what was felt yesterday must be told anew."""
_SHOWN = 200
"""Characters of what was told that are repeated."""


def is_old(intake: Intake, now: datetime) -> bool:
    """Whether an intake has been left for so long that it is put away."""
    return intake.updated_at is not None and now - intake.updated_at > PUT_AWAY_AFTER


def welcome_back(context: Context) -> list[Say]:
    """Hello after a pause, with what was told before; that only to the person who is logged in."""
    intake = context.intake
    if intake.updated_at is None or context.now - intake.updated_at < PAUSE:
        return []
    if not intake.words() or context.person is None or context.person.id != intake.person_id:
        return [say("utter_welcome_back")]
    return [say("utter_welcome_back_told", reason=_shown(intake))]


def may_go_on_here(elsewhere: Intake | None, context: Context) -> bool:
    """Whether what the logged-in person began in another conversation is offered here: within a day, with words.

    What a young person of 12 to 17 is helped with stays where it was told: from 12 it may be kept from the parents
    (pasient- og brukerrettighetsloven § 3-4).
    """
    if elsewhere is None or context.intake.policy_id is not None:
        return False
    return bool(elsewhere.words()) and not is_old(elsewhere, context.now) and not _is_private(elsewhere, context)


def ask_to_go_on(intake: Intake) -> Reply:
    """Whether to go on here with what was begun on another device."""
    return Reply((say("utter_begun_elsewhere", reason=_shown(intake)),), ends=True, pending="take_over")


def _shown(intake: Intake) -> str:
    words = " ".join(intake.words())
    return words if len(words) <= _SHOWN else words[:_SHOWN].rstrip() + " …"


def _is_private(intake: Intake, context: Context) -> bool:
    born = intake.child_birth_date
    return born is not None and context.ages.may_be_private(age_on(born, context.today))
