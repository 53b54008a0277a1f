"""How well the intents are understood: trains on the examples, tests on the held-out sentences, prints a table.

`python -m bot.nlu_report` takes seconds: it uses the classifier's own core and starts neither Rasa nor the clinic.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sklearn.metrics import f1_score

from bot import nlu_examples
from bot.components.intent_model import IntentModel, ModelOptions
from bot.nlu_examples import Example


@dataclass(frozen=True)
class Answer:
    """What the model made of one held-out sentence; `intent` is None when it knew nothing of it."""

    example: Example
    intent: str | None
    confidence: float

    @property
    def right(self) -> bool:
        """Whether the likeliest intent is the true one."""
        return self.intent == self.example.intent


@dataclass(frozen=True)
class Report:
    """The figures over a set of answers; every F1 is between 0 and 1."""

    answers: tuple[Answer, ...]
    learnt_from: int

    @property
    def intents(self) -> list[str]:
        """The intents that were asked for, by name."""
        return sorted({answer.example.intent for answer in self.answers})

    @property
    def languages(self) -> list[str]:
        """The languages of the sentences."""
        return sorted({answer.example.language for answer in self.answers})

    def macro_f1(self, language: str | None = None, variety: str | None = None) -> float:
        """The mean of the intents' F1, over all sentences or those of one language or variety."""
        answers = [
            answer
            for answer in self.answers
            if language in (None, answer.example.language) and variety in (None, answer.example.variety)
        ]
        return _macro_f1(answers)

    def f1(self, intent: str, language: str | None = None) -> float:
        """The F1 of one intent, over all sentences or those of one language."""
        answers = [answer for answer in self.answers if language in (None, answer.example.language)]
        return _f1(answers, intent)

    def count(self, intent: str, language: str | None = None) -> int:
        """How many held-out sentences an intent has."""
        return sum(
            answer.example.intent == intent and language in (None, answer.example.language) for answer in self.answers
        )

    def confusions(self) -> list[tuple[str, str, int]]:
        """True intent, answered intent and how often, most frequent first."""
        pairs = Counter((a.example.intent, a.intent or "(nothing)") for a in self.answers if not a.right)
        return [(true, given, times) for (true, given), times in pairs.most_common()]

    def mistakes(self) -> list[Answer]:
        """The wrongly understood sentences, the surest mistakes first."""
        return sorted((answer for answer in self.answers if not answer.right), key=lambda answer: -answer.confidence)


def train(examples: Sequence[Example]) -> IntentModel:
    """The model as the pipeline trains it."""
    options = ModelOptions.from_config(nlu_examples.classifier_settings())
    return IntentModel.train([example.text for example in examples], [example.intent for example in examples], options)


def answer(model: IntentModel, examples: Iterable[Example]) -> list[Answer]:
    """The model's answer to each sentence."""
    answers = []
    for example in examples:
        ranking = model.rank(example.text)
        intent, confidence = ranking[0] if ranking else (None, 0.0)
        answers.append(Answer(example, intent, confidence))
    return answers


def report(paths: Sequence[Path] | None = None, training: Sequence[Path] | None = None) -> Report:
    """Trains on the training files and tests on `paths` (by default all of `tests/nlu`)."""
    learnt = nlu_examples.learnt(nlu_examples.read(training or nlu_examples.training_files()))
    held_out = nlu_examples.read(paths or nlu_examples.held_out_files())
    return Report(tuple(answer(train(learnt), held_out)), len(learnt))


def show(result: Report, console: Console) -> None:
    """Prints the table by intent and language, the confusions and the mistakes."""
    table = Table("intent", "sentences", "F1", *(f"F1 {language}" for language in result.languages))
    for intent in result.intents:
        by_language = [f"{result.f1(intent, language):.2f}" for language in result.languages]
        table.add_row(intent, str(result.count(intent)), f"{result.f1(intent):.2f}", *by_language)
    table.add_section()
    by_language = [f"{result.macro_f1(language):.3f}" for language in result.languages]
    table.add_row("macro-F1", str(len(result.answers)), f"{result.macro_f1():.3f}", *by_language)
    console.print(table)
    for variety in sorted({a.example.variety for a in result.answers if a.example.variety}):
        console.print(f"macro-F1 of {variety}: {result.macro_f1(variety=variety):.3f}")
    console.print(f"Learnt from {result.learnt_from} examples.")
    for true, given, times in result.confusions():
        console.print(f"{times} x {true} taken for {given}")
    for mistake in result.mistakes():
        console.print(
            f"{mistake.confidence:.2f} {mistake.example.intent} -> {mistake.intent}: {mistake.example.text}",
            markup=False,
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of `python -m bot.nlu_report [FILE...]`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="held-out files; default: all of tests/nlu")
    show(report(parser.parse_args(arguments).files or None), Console(highlight=False))


def _macro_f1(answers: Sequence[Answer]) -> float:
    true = [answer.example.intent for answer in answers]
    given = [answer.intent or "" for answer in answers]
    return float(f1_score(true, given, labels=sorted(set(true)), average="macro", zero_division=0))


def _f1(answers: Sequence[Answer], intent: str) -> float:
    true = [answer.example.intent == intent for answer in answers]
    given = [answer.intent == intent for answer in answers]
    return float(f1_score(true, given, zero_division=0))


if __name__ == "__main__":
    main()
