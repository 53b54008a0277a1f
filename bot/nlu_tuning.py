"""Where to set the fallback thresholds of `config.yml`: cross-validation on the training data alone.

`python -m bot.nlu_tuning` prints, for each pair of thresholds, what the fallback classifier would hold back. The
held-out sentences in `tests/nlu` are left alone, so that they stay a test.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from sklearn.model_selection import StratifiedKFold

from bot import nlu_examples
from bot.components.intent_model import IntentModel, ModelOptions
from bot.nlu_examples import Example

FOLDS = 5
THRESHOLDS = (0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6)
AMBIGUITIES = (0.0, 0.05, 0.1)


@dataclass(frozen=True)
class Guess:
    """One sentence answered by a model that had not seen it; `lead` is the distance to the second likeliest intent."""

    right: bool
    confidence: float
    lead: float

    def kept(self, threshold: float, ambiguity: float) -> bool:
        """Whether Rasa's fallback classifier would let this answer stand."""
        return self.confidence >= threshold and self.lead >= ambiguity


def cross_validate(examples: Sequence[Example], options: ModelOptions | None = None) -> list[Guess]:
    """Answers every example by a model trained without it."""
    intents = [example.intent for example in examples]
    guesses = []
    for learnt, asked in StratifiedKFold(FOLDS, shuffle=True, random_state=1).split(intents, intents):
        model = IntentModel.train([examples[i].text for i in learnt], [intents[i] for i in learnt], options)
        guesses += [_guess(model, examples[i]) for i in asked]
    return guesses


def _guess(model: IntentModel, example: Example) -> Guess:
    ranking = model.rank(example.text)
    if not ranking:
        return Guess(False, 0.0, 0.0)
    (best, confidence), (_, second) = ranking[:2]
    return Guess(best == example.intent, confidence, confidence - second)


def _share(guesses: Sequence[Guess], right: bool, kept: bool, threshold: float, ambiguity: float) -> str:
    matching = sum(guess.right == right and guess.kept(threshold, ambiguity) == kept for guess in guesses)
    return f"{matching / len(guesses):.1%}"


def main() -> None:
    """Prints the table."""
    examples = nlu_examples.learnt(nlu_examples.read(nlu_examples.training_files()))
    guesses = cross_validate(examples, ModelOptions.from_config(nlu_examples.classifier_settings()))
    right = sum(guess.right for guess in guesses) / len(guesses)
    table = Table("threshold", "ambiguity", "right and kept", "wrong and kept", "right, but asked again")
    for threshold in THRESHOLDS:
        for ambiguity in AMBIGUITIES:
            pair = (threshold, ambiguity)
            kept_right, kept_wrong = _share(guesses, True, True, *pair), _share(guesses, False, True, *pair)
            table.add_row(str(threshold), str(ambiguity), kept_right, kept_wrong, _share(guesses, True, False, *pair))
    console = Console()
    console.print(table)
    console.print(f"{len(examples)} examples in {FOLDS} folds, {right:.1%} right before the fallback.")


if __name__ == "__main__":
    main()
