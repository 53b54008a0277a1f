"""The steps in the patient's own words: several messages, limits said once, nothing lost and nothing made up."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest

from clinic.container import Container
from clinic.intake.context import Context
from clinic.intake.model import Intake, Reply, Step, Utterance
from clinic.intake.reason_steps import answer_follow_up, answer_reason, keep_early_reason, rewrite_reason
from clinic.settings import Settings

NOW = datetime(2026, 3, 2, 11, 0, tzinfo=timezone.utc)


class Say:
    """One utterance after another in one intake."""

    def __init__(self, intake: Intake, url: str) -> None:
        settings = Settings.from_env({"CLINIC_SECRET_KEY": "x" * 40, "CLINIC_DATABASE_URL": url})
        self._coverage = Container(settings).coverage
        self._intake = intake

    def context(self, text: str, intent: str, confidence: float, choice: str | None, step: Step) -> Context:
        """What the handler of the step gets."""
        utterance = Utterance(text, intent, confidence, choice)
        return Context(self._intake, step, utterance, None, self._coverage, NOW, date(2026, 3, 2))

    def reason(
        self, text: str, intent: str = "describe_symptom", confidence: float = 0.9, choice: str | None = None
    ) -> Reply | None:
        """Answers the reason."""
        return answer_reason(self.context(text, intent, confidence, choice, Step.REASON))

    def follow_up(
        self, text: str, intent: str = "describe_symptom", confidence: float = 0.9, step: Step = Step.FOLLOW_UP_1
    ) -> Reply | None:
        """Answers a follow-up."""
        return answer_follow_up(self.context(text, intent, confidence, None, step))


@pytest.fixture
def intake() -> Intake:
    """An intake at the reason."""
    return Intake("i1", "c1", "rest", "nb", person_id="p1", policy_id="l1", subject="self")


@pytest.fixture
def say(intake: Intake, sqlite_url: str) -> Say:
    """Says something at a step."""
    return Say(intake, sqlite_url)


def _keys(reply: Reply | None) -> list[str]:
    assert reply is not None
    return [said.key for said in reply.says]


def test_several_messages_are_kept_word_for_word_until_that_is_all(intake: Intake, say: Say) -> None:
    for words in ("Vondt i halsen, æøå 😷", "  og <b>hoste</b> ", "'; DROP TABLE intakes; --"):
        reply = say.reason(words)
        assert reply is not None and reply.understood
        assert not intake.reason_done
    say.reason("det var alt", "that_is_all")
    assert intake.reason_done
    assert intake.words() == ["Vondt i halsen, æøå 😷", "  og <b>hoste</b> ", "'; DROP TABLE intakes; --"]


@pytest.mark.parametrize("words", ["det var alt", "nei", "No.", "ferdig", "that’s it"])
def test_short_words_end_it_only_when_something_is_written(intake: Intake, say: Say, words: str) -> None:
    say.reason("vondt i halsen")
    say.reason(words, "nlu_fallback", 0.3)
    assert intake.reason_done
    assert intake.words() == ["vondt i halsen"]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("det var alt", "that_is_all"),
        ("😷😷", "nlu_fallback"),
        ("...", "nlu_fallback"),
        ("hei", "greet"),
        ("takk!", "thanks"),
        ("ja", "affirm"),
    ],
)
def test_nothing_said_is_asked_again(intake: Intake, say: Say, text: str, intent: str) -> None:
    reply = say.reason(text, intent)
    assert _keys(reply) == ["utter_reason_needed"]
    assert reply is not None and not reply.understood
    assert not intake.reason_done and intake.notes == []


def test_a_question_beside_it_is_no_reason(intake: Intake, say: Say) -> None:
    assert say.reason("hva koster det?", "faq_cost") is None
    assert say.reason("stopp", "stop", 0.99) is None
    assert intake.notes == []


def test_a_doubtful_question_is_kept_as_the_patients_words(intake: Intake, say: Say) -> None:
    say.reason("det koster meg mye å puste i trapper", "faq_cost", 0.5)
    assert intake.words() == ["det koster meg mye å puste i trapper"]


def test_a_limit_is_said_at_once_and_only_once(intake: Intake, say: Say) -> None:
    assert _keys(say.reason("jeg trenger mer Imovane")) == ["utter_limit_ab_drug"]
    assert intake.reason_kind == "prescription"
    assert _keys(say.reason("Imovane 7,5 mg er tom")) == []
    assert _keys(say.reason("og penicillin")) == ["utter_limit_antibiotics"]
    assert len(intake.words()) == 3, "they may go on all the same"


def test_the_kind_chosen_by_button_stays(intake: Intake, say: Say) -> None:
    assert _keys(say.reason("Sykmelding", "choose", 1.0, "sick_note")) == ["utter_limit_sick_note"]
    assert intake.reason_kind == "sick_note"
    assert intake.words() == [], "the title of a button is not what the patient wrote"
    say.reason("vondt i ryggen, kan ikke jobbe")
    assert intake.reason_kind == "sick_note"
    assert intake.words() == ["vondt i ryggen, kan ikke jobbe"]


def test_what_is_told_before_it_is_asked_is_kept_and_said_so(intake: Intake, say: Say) -> None:
    early = say.context("vondt i øret siden i går", "describe_symptom", 0.9, None, Step.POLICY_NUMBER)
    assert _keys(keep_early_reason(early)) == ["utter_kept_for_doctor"]
    assert intake.words() == ["vondt i øret siden i går"]


@pytest.mark.parametrize(
    ("text", "intent", "confidence", "choice"),
    [
        ("Emma", "describe_symptom", 0.9, None),
        ("vondt i øret", "describe_symptom", 0.3, None),
        ("hva koster det", "faq_cost", 0.9, None),
        ("Fornye resept", "ask_prescription", 1.0, "prescription"),
    ],
)
def test_what_is_not_clearly_a_reason_is_not_kept_early(
    intake: Intake, say: Say, text: str, intent: str, confidence: float, choice: str | None
) -> None:
    assert keep_early_reason(say.context(text, intent, confidence, choice, Step.POLICY_NUMBER)) is None
    assert intake.notes == []


def test_follow_ups_are_kept_as_written(intake: Intake, say: Say) -> None:
    assert say.follow_up(" siden fredag, tror jeg ") == Reply()
    assert say.follow_up("vet ikke", "dont_know", step=Step.FOLLOW_UP_2) == Reply()
    assert (intake.duration_text, intake.severity_text) == ("siden fredag, tror jeg", "vet ikke")


def test_a_number_or_a_yes_is_an_answer_to_a_follow_up(intake: Intake, say: Say) -> None:
    say.follow_up("3", "nlu_fallback", 0.2)
    say.follow_up("ja", "affirm", step=Step.FOLLOW_UP_2)
    assert (intake.duration_text, intake.severity_text) == ("3", "ja")


def test_what_is_no_answer_to_a_follow_up_is_asked_again(intake: Intake, say: Say) -> None:
    assert _keys(say.follow_up("😷", "nlu_fallback")) == ["utter_follow_up_again"]
    assert say.follow_up("hva koster det?", "faq_cost") is None
    assert say.follow_up("takk", "thanks") is None
    assert say.follow_up("det er alt", "that_is_all") == Reply()
    assert intake.duration_text is None


def test_rewriting_opens_the_reason_and_its_follow_ups(intake: Intake, say: Say) -> None:
    say.reason("vondt i halsen")
    say.reason("det var alt", "that_is_all")
    say.follow_up("to dager")
    rewrite_reason(intake)
    assert not intake.reason_done and intake.duration_text is None and intake.words() == []
    say.reason("egentlig er det øret")
    assert intake.words() == ["egentlig er det øret"]
    assert [note.text for note in intake.notes] == ["vondt i halsen", "egentlig er det øret"]
