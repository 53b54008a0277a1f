"""The statistical estimate beside the rules: up to date, never in the way, and it says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinic.triage import DECISIONS, screen
from clinic.triage.estimate import Scales, load_scales
from clinic.triage.features import features_of
from clinic.triage.phrases import KnowledgeError
from clinic.triage.reading import judged_reading
from clinic.triage.screening import screen_by_rules
from clinic.triage.weights import CLASSES, FILE, Weights, load_weights, save
from tests.triage.learning import material
from tests.triage.sets import rows

MOST_BYTES = 400_000
RAISED = "is met; the statistical estimate"


def test_it_was_learnt_from_the_development_messages_as_they_are() -> None:
    """Whoever changes them runs `make triage-model`."""
    assert load_weights().learnt_from == material().digest


def test_it_is_small() -> None:
    """Shipped as a file in the package."""
    assert FILE.stat().st_size < MOST_BYTES


def test_it_never_lowers_a_decision_and_names_the_words() -> None:
    """What the rules find stays; what they leave alone may be raised, with evidence and no words in the explanation."""
    raised = 0
    for row in rows("development")[::7]:
        by_rules, whole = screen_by_rules(row.text), screen(row.text)
        if by_rules.decision != "none" and "talk" not in whole.explanation:
            assert DECISIONS.index(whole.decision) <= DECISIONS.index(by_rules.decision), row.text
        if RAISED in whole.explanation:
            raised += 1
            assert whole.evidence and whole.advice_key == whole.decision != "none"
            assert all(row.text[span.start : span.end] == span.text for span in whole.evidence)
    assert raised > 0


def test_weighing_by_words_is_the_same_as_by_features() -> None:
    """The quick way that is run and the plain way that is learnt from must not drift apart."""
    scales = load_scales()
    for row in rows("development")[::97]:
        reading = judged_reading(row.text)
        scores = list(scales.model.bias)
        for name, value, _ in features_of(reading):
            for index, weight in enumerate(scales.model.weights.get(name, (0.0,) * len(CLASSES))):
                scores[index] += weight * value
        assert scales.scores(reading) == pytest.approx(scores)


def test_nothing_written_is_no_alarm() -> None:
    """A message without words has no features."""
    empty = judged_reading("")
    assert load_scales().probability(empty) < load_weights().threshold


def test_a_model_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """With the command that makes it anew."""
    broken = tmp_path / "estimate.json.gz"
    broken.write_bytes(b"no model")
    with pytest.raises(KnowledgeError, match="make triage-model"):
        load_weights(broken)


def test_a_written_model_is_read_again(tmp_path: Path) -> None:
    """And the same weights give the same file."""
    weights = Weights(0.9, 0.01, (0.0, 1.0, 2.0, 3.0, 0.0), {"w:å": (0.1, 0.2, 0.3, 0.4, 0.0)}, "digest")
    first, second = tmp_path / "one.gz", tmp_path / "two.gz"
    save(weights, first)
    save(weights, second)
    assert load_weights(first) == weights
    assert first.read_bytes() == second.read_bytes()
    assert Scales(weights).estimate(judged_reading("å")).decision == "poison"


@pytest.mark.parametrize(
    "text",
    [
        "Boli mnie gardło od trzech dni i mam gorączkę",
        "Waxaan u baahanahay dhakhtar, madaxa ayaa i xanuunaya",
        "Skauda galva ir turiu karščiavimą jau tris dienas",
    ],
)
def test_nothing_is_read_out_of_a_language_it_has_not_learnt(text: str) -> None:
    assert screen(text).decision == "none"
    assert not load_scales().understands(judged_reading(text))
