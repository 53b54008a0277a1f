"""The last steps: the explicit question about warning signs, and the patient's yes to the summary."""

from __future__ import annotations

from clinic.intake.answers import yes_or_no
from clinic.intake.context import Context, say
from clinic.intake.model import Reply


def answer_warning_signs(context: Context) -> Reply | None:
    """Yes stops the booking and sends to 113; no goes on; anything unclear is asked again with 113 in the text."""
    has_signs = yes_or_no(context.utterance.text, context.utterance.intent)
    if has_signs is None:
        if context.is_aside():
            return None
        return Reply((say("utter_warning_signs_unsure"),), understood=False)
    context.intake.warning_answer = "yes" if has_signs else "no"
    if not has_signs:
        return Reply()
    context.intake.status = "stopped"
    return Reply((say("utter_warning_signs_yes"),), ends=True)


def answer_confirmation(context: Context) -> Reply | None:
    """Yes books; no asks which part to change; anything else is no answer."""
    confirmed = yes_or_no(context.utterance.text, context.utterance.intent)
    if context.utterance.intent in {"see_doctor", "that_is_all", "carry_on"} and confirmed is None:
        confirmed = True
    if confirmed is None:
        return None if context.is_aside() else Reply((say("utter_confirmation_again"),), understood=False)
    if not confirmed:
        return Reply((say("utter_what_to_change"),), asks=True)
    context.intake.status = "confirmed"
    return Reply(ends=True)
