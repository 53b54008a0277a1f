"""The steps where the patient's own words are the answer: the reason and at most two follow-ups."""

from __future__ import annotations

from clinic.intake.answers import says
from clinic.intake.asides import statements_in
from clinic.intake.context import Context, Say, say
from clinic.intake.facts import duration_in
from clinic.intake.limits import REASON_KINDS, kind_of, limits_in
from clinic.intake.model import Intake, Note, Reply, Step

REASON_INTENTS = frozenset({"describe_symptom", *(intent for intent in REASON_KINDS if intent.startswith("ask_"))})
"""Intents of messages that tell why the patient writes, at whatever step they come."""

_QUESTIONS_KEPT_AS_REASON = frozenset(REASON_KINDS)
_KIND_CHOICES = {"prescription", "referral", "sick_note", "advice"}
_MIN_WORDS_KEPT_EARLY = 2
_SHORT_COURTESY_WORDS = 2
_SURE_OF_A_CLAUSE = 0.5
_DURATION_KINDS = frozenset({None, "symptom", "referral"})
"""Kinds of help whose first follow-up asks how long."""


def answer_reason(context: Context) -> Reply | None:
    """One or several messages until the patient says that this is all; limits of the service are said at once."""
    intake, utterance = context.intake, context.utterance
    written = bool(intake.words())
    if utterance.choice in _KIND_CHOICES:
        intake.reason_kind = utterance.choice
        return Reply(tuple(_limits(intake, "", _intent_of(utterance.choice))))
    if utterance.intent == "that_is_all" or (written and says("finished", utterance.text)):
        if not written:
            return Reply((say("utter_reason_needed"),), understood=False)
        intake.reason_done = True
        intake.duration_text = intake.duration_text or said_duration(intake)
        return Reply()
    if utterance.intent not in _QUESTIONS_KEPT_AS_REASON and context.is_aside(free_text=True):
        return None
    if not any(letter.isalnum() for letter in utterance.text):
        return Reply((say("utter_reason_needed"),), understood=False)
    if (
        not written
        and utterance.intent in {"greet", "thanks", "affirm", "login_done"}
        and len(utterance.text.split()) < 4
    ):
        return Reply((say("utter_reason_needed"),), understood=False)
    return Reply(tuple(keep_reason(intake, utterance.text, utterance.intent)))


def keep_reason(intake: Intake, text: str, intent: str) -> list[Say]:
    """Keeps the patient's words as the reason and returns what they should hear of the service's limits."""
    intake.notes.append(Note(Step.REASON.value, text))
    if intake.reason_kind in (None, "symptom"):
        intake.reason_kind = kind_of(text, intent)
    return _limits(intake, text, intent)


def said_duration(intake: Intake) -> str | None:
    """How long it has lasted by what was written as the reason; None when that is not said, or said differently."""
    if intake.reason_kind not in _DURATION_KINDS:
        return None
    told = {found for words in intake.words() if (found := duration_in(words))}
    return told.pop() if len(told) == 1 else None


def keep_reason_beside(context: Context) -> list[Say]:
    """Keeps a message that answered another question but also tells why, by one of its clauses or by how long."""
    utterance = context.utterance
    tells = duration_in(utterance.text) is not None or any(
        clause.intent in REASON_INTENTS
        and clause.confidence >= _SURE_OF_A_CLAUSE
        and len(clause.text.split()) >= _MIN_WORDS_KEPT_EARLY
        for clause in statements_in(utterance)
    )
    if not tells:
        return []
    return [say("utter_kept_for_doctor"), *keep_reason(context.intake, utterance.text, "describe_symptom")]


def add_words(intake: Intake, text: str) -> None:
    """Keeps words that come after the reason was told; they do not change what kind of help it is about."""
    intake.notes.append(Note(Step.REASON.value, text))


def keep_early_reason(context: Context) -> Reply | None:
    """Words about the reason that come before they are asked for: kept, and said so. None when it is nothing such."""
    utterance = context.utterance
    enough = len(utterance.text.split()) >= _MIN_WORDS_KEPT_EARLY
    if utterance.is_button or not enough or utterance.intent not in REASON_INTENTS or utterance.confidence < 0.4:
        return None
    return Reply((say("utter_kept_for_doctor"), *keep_reason(context.intake, utterance.text, utterance.intent)))


def answer_follow_up(context: Context) -> Reply | None:
    """How long, how bad or what was tried, in the patient's own words; "I don't know" is an answer too."""
    if context.is_aside(free_text=True) and not context.utterance.is_button:
        return None
    text = context.utterance.text.strip()
    if context.utterance.intent == "that_is_all":
        # A second press of "that is all": the question is simply asked again.
        return Reply()
    if context.utterance.intent in {"thanks", "greet"} and len(text.split()) <= _SHORT_COURTESY_WORDS:
        return None
    if not any(letter.isalnum() for letter in text):
        return Reply((say("utter_follow_up_again"),), understood=False)
    if context.step is Step.FOLLOW_UP_1:
        context.intake.duration_text = text
    else:
        context.intake.severity_text = text
    return Reply()


def rewrite_reason(intake: Intake) -> None:
    """Opens the reason again for a correction; the earlier words stay, marked as replaced."""
    for note in intake.notes:
        if note.step == Step.REASON.value:
            note.step = "reason_replaced"
    intake.reason_done = False
    intake.reason_kind = intake.duration_text = intake.severity_text = None


def _intent_of(kind: str) -> str:
    return {"sick_note": "ask_sick_note", "referral": "ask_referral"}.get(kind, "")


def _limits(intake: Intake, text: str, intent: str) -> list[Say]:
    earlier: set[str] = set()
    for note in intake.notes[:-1]:
        earlier.update(limits_in(note.text))
    return [say(f"utter_limit_{limit}") for limit in limits_in(text, intent) if limit not in earlier]
