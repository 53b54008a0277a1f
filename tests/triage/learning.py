"""`make triage-model`: learns the statistical estimate beside the rules from the development messages.

Harmless messages are also the examples that the bot's intents are learnt from: thousands of sentences of patients
about everything but emergencies. Each development message is learnt from twice: as written, and with typing errors.
The threshold is the lowest at which, in cross-validation, no more of the harmless
development messages are stopped than `MOST_FALSE` of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from scipy.sparse import csr_matrix, diags, vstack
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from bot import nlu_examples
from clinic.triage.features import features_of
from clinic.triage.reading import judged_reading
from clinic.triage.screening import screen_by_rules
from clinic.triage.talk import FEW_WORDS
from clinic.triage.weights import CLASSES, FILE, Weights, save
from tests.triage.changes import with_typing_errors
from tests.triage.sets import ALARMS, Row, rows

MOST_FALSE = 0.012
"""Share of the harmless development messages, most of them hard ones, that the estimate may stop where the rules do
not. Of messages as they come it stops far fewer: see the report."""
MOST_TALKED_AWAY = 0.004
"""Share of the alarms seen by the rules that may look like mere talk."""
_HIGHEST_TALK = 0.15
_FOLDS = 5
_STRENGTH = 5.0
"""Inverse of the regularisation; more learns the development set by heart."""
_BOT_EXAMPLES = 12_000
_ALARM_WEIGHT = 2.0
_KEPT_FEATURES = 40_000
_SAME_FOR_ALL = {"clarify": "emergency"}


@dataclass(frozen=True)
class Material:
    """What is learnt from: `messages` are the development set, `others` are harmless."""

    messages: Sequence[Row]
    others: Sequence[str]

    @property
    def labels(self) -> list[str]:
        """The class of each message."""
        return [_SAME_FOR_ALL.get(row.decision, row.decision) for row in self.messages]

    @property
    def digest(self) -> str:
        """Changes with the messages; not with the bot's examples, which change for other reasons."""
        written = "\n".join(sorted(f"{row.decision}\t{row.text}" for row in self.messages))
        return hashlib.sha256(written.encode("utf-8")).hexdigest()[:16]


def material() -> Material:
    """Everything there is to learn from."""
    # In an order of their own: which file a message stands in must change nothing.
    messages = sorted(rows("development"), key=lambda row: row.text)
    known = {row.text for row in messages}
    examples = sorted({example.text for example in nlu_examples.read(nlu_examples.training_files())} - known)
    harmless = [text for text in examples if screen_by_rules(text).decision == "none"]
    Random(0).shuffle(harmless)
    return Material(messages, harmless[:_BOT_EXAMPLES])


def learn(learnt_from: Material) -> tuple[Weights, str]:
    """The model, and lines on what it brings in cross-validation."""
    vectorizer = DictVectorizer()
    said = [row.text for row in learnt_from.messages]
    written = [*said, *map(with_typing_errors, said), *learnt_from.others]
    values = vectorizer.fit_transform(_values(written)).astype(np.float64)
    split = len(said)
    messages, misspelt, others = values[:split], values[split : 2 * split], values[2 * split :]
    labels = np.array(learnt_from.labels)
    probability = _cross_validated(messages, misspelt, others, labels)
    threshold, talk, brings = _thresholds(learnt_from, probability)
    model = _fitted(vstack([messages, misspelt]), others, np.tile(labels, 2))
    coefficients = model.weights
    names = vectorizer.get_feature_names_out()
    strongest = np.argsort(-np.abs(coefficients).max(axis=0), kind="stable")[:_KEPT_FEATURES]
    weights = {str(names[index]): tuple(round(float(one), 2) for one in coefficients[:, index]) for index in strongest}
    bias = tuple(round(float(one), 3) for one in model.bias)
    return Weights(round(threshold, 3), round(talk, 3), bias, weights, learnt_from.digest), brings


def _values(texts: Iterable[str]) -> list[dict[str, float]]:
    return [{name: value for name, value, _ in features_of(judged_reading(text))} for text in texts]


@dataclass(frozen=True)
class _Fitted:
    """Weights of each class (rows, in the order of `CLASSES`) for each feature, and of no feature at all."""

    weights: np.ndarray
    bias: np.ndarray

    def must_not_wait(self, values: csr_matrix) -> np.ndarray:
        """The probability of anything but "none"."""
        scores = values @ self.weights.T + self.bias
        likely = np.exp(scores - scores.max(axis=1, keepdims=True))
        return 1 - likely[:, CLASSES.index("none")] / likely.sum(axis=1)


def _fitted(messages: csr_matrix, others: csr_matrix, labels: np.ndarray) -> _Fitted:
    """A logistic regression on features scaled by their log-count ratio (Wang and Manning, ACL 2012).

    The ratio of a feature is how much more often it stands in messages that must not wait; with it the few
    features that tell are learnt from fewer messages. It is folded into the weights: nothing changes at run time.
    """
    values = vstack([messages, others]).tocsr()
    classes = np.array([*labels, *["none"] * others.shape[0]])
    there = values > 0
    in_alarms = np.asarray(there[classes != "none"].sum(axis=0)).ravel() + 1.0
    in_harmless = np.asarray(there[classes == "none"].sum(axis=0)).ravel() + 1.0
    ratio = np.log((in_alarms / in_alarms.sum()) / (in_harmless / in_harmless.sum()))
    model = LogisticRegression(
        C=_STRENGTH, max_iter=300, tol=1e-3, class_weight={name: _ALARM_WEIGHT for name in CLASSES} | {"none": 1.0}
    ).fit(values @ diags(ratio), classes)
    order = [list(model.classes_).index(name) for name in CLASSES]
    return _Fitted(model.coef_[order] * ratio, model.intercept_[order])


def _cross_validated(messages: csr_matrix, misspelt: csr_matrix, others: csr_matrix, labels: np.ndarray) -> np.ndarray:
    """The probability that each message must not wait, by a model that has not seen it, nor with typing errors."""
    probability = np.zeros(len(labels))
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=1)
    for learnt, asked in folds.split(messages, labels):
        model = _fitted(vstack([messages[learnt], misspelt[learnt]]), others, np.tile(labels[learnt], 2))
        probability[asked] = model.must_not_wait(messages[asked])
    return probability


def _thresholds(learnt_from: Material, probability: np.ndarray) -> tuple[float, float, str]:
    silent = np.array([screen_by_rules(row.text).decision not in ALARMS for row in learnt_from.messages])
    alarms = np.array([row.alarm for row in learnt_from.messages])
    longer = np.array([len(row.text.split()) > FEW_WORDS for row in learnt_from.messages])
    none = np.array([row.decision == "none" for row in learnt_from.messages])
    harmless = np.sort(probability[silent & none])[::-1]
    threshold = float(harmless[int(len(harmless) * MOST_FALSE)]) + 0.001
    missed = silent & alarms
    seen = np.sort(probability[~silent & alarms & longer])
    talk = min(float(seen[int(len(seen) * MOST_TALKED_AWAY)]), _HIGHEST_TALK)
    raised, stopped = (probability[missed] > threshold).sum(), (harmless > threshold).sum()
    brings = (
        f"In {_FOLDS}-fold cross-validation, where the rules are silent: {raised} of {missed.sum()} alarms raised, "
        f"{stopped} of {len(harmless)} harmless messages stopped, at the threshold {threshold:.3f}.\n"
        f"Of {len(seen)} alarms that the rules see, {(seen < talk).sum()} look like talk at the threshold {talk:.3f}."
    )
    return threshold, talk, brings


def main() -> None:
    """Learn, write the file, say what it brings."""
    weights, brings = learn(material())
    save(weights)
    print(f"{FILE.name}: {len(weights.weights):,} features, {FILE.stat().st_size / 1024:.0f} KB. {brings}")


if __name__ == "__main__":
    main()
