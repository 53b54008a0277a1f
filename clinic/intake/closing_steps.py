"""The last steps: the explicit question about warning signs, and the patient's yes to the summary."""

from __future__ import annotations

from clinic.intake import corrections, reason_steps
from clinic.intake.answers import mentions, says, yes_or_no
from clinic.intake.asides import questions_in
from clinic.intake.context import Context, say
from clinic.intake.model import Reply

_PART_WORDS = 4
"""Words up to which a message that names a part of the summary is a wish to change it, and no addition."""
_PLAIN_YES_WORDS = 4
"""A yes of more words says more than yes, and is asked about before anything is booked."""


def answer_warning_signs(context: Context) -> Reply | None:
    """Yes stops the booking and sends to 113; no goes on; anything unclear is asked again with 113 in the text."""
    text = context.utterance.text
    has_signs = yes_or_no(text, context.utterance.intent)
    if mentions("reservation", text) or mentions("warning", text) or says("half_yes", text):
        # "No, but a bit pale" and "ok" are no answers to build on; what was said is still for the doctor.
        has_signs = None
        if mentions("warning", text):
            reason_steps.add_words(context.intake, text)
    if has_signs is None:
        if context.is_aside() and not mentions("warning", text):
            return None
        return Reply((say("utter_warning_signs_unsure"),), understood=False)
    context.intake.warning_answer = "yes" if has_signs else "no"
    if not has_signs:
        return Reply()
    context.intake.status = "stopped"
    return Reply((say("utter_warning_signs_yes"),), ends=True)


def answer_confirmation(context: Context) -> Reply | None:
    """A plain yes books; a no or a yes with a reservation asks what to change; more about the reason is kept."""
    text, intent = context.utterance.text, context.utterance.intent
    said_yes = says("book_it", text) or yes_or_no(text, "") is True
    said_no = yes_or_no(text, "") is False or intent == "deny"
    part = corrections.part_named(text)
    if part is not None and not said_yes and len(text.split()) <= _PART_WORDS:
        # "The reason", after "what would you like to change?".
        corrections.reopen(context.intake, part)
        return Reply((say("utter_changing"),))
    if mentions("addition", text) or (intent in reason_steps.REASON_INTENTS and not said_yes and not said_no):
        reason_steps.add_words(context.intake, text)
        return Reply((say("utter_kept_for_doctor"),))
    plain = len(text.split()) <= _PLAIN_YES_WORDS and not mentions("reservation", text) and "?" not in text
    if said_yes and plain:
        context.intake.status = "confirmed"
        return Reply(ends=True)
    if questions_in(context.utterance):
        # "Yes, but what does it cost?" is no yes yet: the question is answered, and the summary asked about again.
        return Reply()
    if said_yes or said_no:
        return Reply((say("utter_what_to_change"),), asks=True)
    return None if context.is_aside() else Reply((say("utter_confirmation_again"),), understood=False)
