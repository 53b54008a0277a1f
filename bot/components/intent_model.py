"""The intent model itself, free of Rasa: TF-IDF of words and letters, and one logistic regression per intent.

Training uses scikit-learn; answering needs only the vocabularies and three arrays, so one message takes a fraction of a
millisecond and what is saved is plain JSON and NumPy data, never a pickle.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.components.normalise import fold, with_hints

_TOKEN = r"\w+|[^\w\s]"
"""Words of any length, and each sign by itself: a question mark or a thumb up carries meaning."""
_FAMILIAR = 0.8
"""Share of known letter groups from which a text is believed: 98 of 100 real messages have more, misspelt ones too."""
_ARRAYS_FILE = "intents.npz"
_WORDS_FILE = "intents.json"


@dataclass(frozen=True)
class ModelOptions:
    """What can be tuned from `config.yml`; `strength` is scikit-learn's C (larger: fits the examples more closely)."""

    word_ngrams: tuple[int, int] = (1, 2)
    char_ngrams: tuple[int, int] = (2, 5)
    strength: float = 20.0

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> ModelOptions:
        """The options of a component's entry in `config.yml`; what it leaves out keeps its default."""
        return cls(
            tuple(config.get("word_ngrams", cls.word_ngrams)),
            tuple(config.get("char_ngrams", cls.char_ngrams)),
            float(config.get("strength", cls.strength)),
        )


class _Block:
    """One TF-IDF space (words or letters): the analyser, its vocabulary and the weights of the terms."""

    def __init__(
        self, analyse: Callable[[str], Sequence[str]], vocabulary: dict[str, int], weights: np.ndarray
    ) -> None:
        self.analyse = analyse
        self.vocabulary = vocabulary
        self.weights = weights

    def vector(self, text: str) -> tuple[np.ndarray, np.ndarray, float]:
        """Positions and values of the text's known terms, and the share of its terms that are known.

        The values are sublinear counts times weight, scaled to length one.
        """
        terms = self.analyse(text)
        known = [self.vocabulary[term] for term in terms if term in self.vocabulary]
        counts = Counter(known)
        positions = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        times = np.fromiter(counts.values(), dtype=np.float64, count=len(counts))
        values = (1.0 + np.log(times)) * self.weights[positions]
        length = np.sqrt(np.dot(values, values))
        return positions, values / length if length else values, len(known) / max(1, len(terms))


class IntentModel:
    """A trained model: ranks the intents of one message."""

    def __init__(
        self,
        options: ModelOptions,
        labels: list[str],
        words: _Block,
        letters: _Block,
        coefficients: np.ndarray,
        intercepts: np.ndarray,
    ) -> None:
        self.options = options
        self.labels = labels
        self._words = words
        self._letters = letters
        # Terms by row, so that a message reads a few neighbouring rows instead of the whole table.
        self._coefficients = coefficients
        self._intercepts = intercepts

    @classmethod
    def train(cls, texts: Sequence[str], intents: Sequence[str], options: ModelOptions | None = None) -> IntentModel:
        """Learns from examples; raises ValueError with fewer than two intents."""
        if len(set(intents)) < 2:
            raise ValueError("The intent model needs examples of at least two intents.")
        options = options or ModelOptions()
        vectorisers = _vectorisers(options)
        features = hstack([vectoriser.fit_transform(texts) for vectoriser in vectorisers]).tocsr()
        regression = _regression(options).fit(features, intents)
        words, letters = (_Block(v.build_analyzer(), v.vocabulary_, v.idf_) for v in vectorisers)
        coefficients, intercepts = regression.coef_, regression.intercept_
        if len(regression.classes_) == 2:
            # scikit-learn keeps one row for two classes, that of the second.
            coefficients, intercepts = np.vstack([-coefficients, coefficients]), np.append(-intercepts, intercepts)
        table = np.ascontiguousarray(coefficients.T, dtype=np.float32)
        return cls(options, [str(name) for name in regression.classes_], words, letters, table, intercepts)

    def rank(self, text: str) -> list[tuple[str, float]]:
        """All intents with their confidence, likeliest first; empty when nothing in the text is known.

        The confidences sum to one for a text of familiar letters and to less for nonsense or another language.
        """
        word_positions, word_values, _ = self._words.vector(text)
        letter_positions, letter_values, familiar = self._letters.vector(text)
        if not len(word_positions) and not len(letter_positions):
            return []
        positions = np.concatenate([word_positions, letter_positions + len(self._words.weights)])
        values = np.concatenate([word_values, letter_values])
        scores = values @ self._coefficients[positions] + self._intercepts
        # One regression per intent, scaled to a sum of one, as scikit-learn does for "one versus rest".
        confidences = 1.0 / (1.0 + np.exp(-scores))
        confidences /= confidences.sum()
        confidences *= min(1.0, familiar / _FAMILIAR) ** 2
        return [(self.labels[i], float(confidences[i])) for i in np.argsort(-confidences)]

    def save(self, folder: Path) -> None:
        """Writes the model into an existing folder."""
        np.savez(
            folder / _ARRAYS_FILE,
            coefficients=self._coefficients,
            intercepts=self._intercepts,
            word_weights=self._words.weights,
            letter_weights=self._letters.weights,
        )
        words = {
            "options": asdict(self.options),
            "labels": self.labels,
            "words": {term: int(position) for term, position in self._words.vocabulary.items()},
            "letters": {term: int(position) for term, position in self._letters.vocabulary.items()},
        }
        (folder / _WORDS_FILE).write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        """Reads a saved model; raises FileNotFoundError when there is none."""
        words = json.loads((folder / _WORDS_FILE).read_text(encoding="utf-8"))
        options = ModelOptions.from_config(words["options"])
        with np.load(folder / _ARRAYS_FILE, allow_pickle=False) as arrays:
            word_vectoriser, letter_vectoriser = _vectorisers(options)
            return cls(
                options,
                words["labels"],
                _Block(word_vectoriser.build_analyzer(), words["words"], arrays["word_weights"]),
                _Block(letter_vectoriser.build_analyzer(), words["letters"], arrays["letter_weights"]),
                arrays["coefficients"],
                arrays["intercepts"],
            )


def _regression(options: ModelOptions) -> LogisticRegression:
    """One regression per intent; balanced, so that an unknown word does not fall to the intent with most examples."""
    return LogisticRegression(C=options.strength, class_weight="balanced", solver="liblinear", random_state=1)


def _vectorisers(options: ModelOptions) -> tuple[TfidfVectorizer, TfidfVectorizer]:
    """Words as written, and letters with æøå folded, so that "dårlig" and "darlig" share most of their features."""
    return (
        TfidfVectorizer(
            preprocessor=with_hints, token_pattern=_TOKEN, ngram_range=options.word_ngrams, sublinear_tf=True
        ),
        TfidfVectorizer(preprocessor=fold, analyzer="char_wb", ngram_range=options.char_ngrams, sublinear_tf=True),
    )
