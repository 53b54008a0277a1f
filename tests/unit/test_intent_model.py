"""The intent model's own core: same figures as scikit-learn, saved and loaded, never falling over."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot import nlu_examples
from bot.components.intent_model import IntentModel, ModelOptions
from bot.components.normalise import fold, normalise, with_hints

TEXTS = ["hei du", "hallo", "god dag", "ha det", "hadet bra", "vi snakkes", "takk", "tusen takk", "mange takk 👍"]
INTENTS = ["greet"] * 3 + ["goodbye"] * 3 + ["thanks"] * 3


@pytest.fixture(scope="module")
def full_model() -> IntentModel:
    examples = nlu_examples.learnt(nlu_examples.read(nlu_examples.training_files()))
    return IntentModel.train([example.text for example in examples], [example.intent for example in examples])


def test_ranks_as_scikit_learn_does() -> None:
    options = ModelOptions()
    words = TfidfVectorizer(
        preprocessor=with_hints, token_pattern=r"\w+|[^\w\s]", ngram_range=options.word_ngrams, sublinear_tf=True
    )
    letters = TfidfVectorizer(preprocessor=fold, analyzer="char_wb", ngram_range=options.char_ngrams, sublinear_tf=True)
    features = hstack([words.fit_transform(TEXTS), letters.fit_transform(TEXTS)]).tocsr()
    regression = LogisticRegression(
        C=options.strength, class_weight="balanced", solver="liblinear", random_state=1
    ).fit(features, INTENTS)
    model = IntentModel.train(TEXTS, INTENTS, options)
    for text in ["hei hei", "takk og ha det", "Hadet!", "tusen 👍"]:
        features = hstack([words.transform([text]), letters.transform([text])]).tocsr()
        expected = dict(zip(regression.classes_, regression.predict_proba(features)[0], strict=True))
        got = dict(model.rank(text))
        assert list(got.values()) == sorted(got.values(), reverse=True)
        believed = sum(got.values())
        assert {name: share / believed for name, share in got.items()} == pytest.approx(expected, abs=1e-5)


def test_saved_and_loaded_it_answers_the_same(tmp_path: Path) -> None:
    model = IntentModel.train(TEXTS, INTENTS, ModelOptions(char_ngrams=(1, 3), strength=5.0))
    model.save(tmp_path)
    loaded = IntentModel.load(tmp_path)
    assert loaded.options == model.options
    for text in TEXTS:
        assert loaded.rank(text) == model.rank(text)


def test_what_is_saved_is_no_pickle(tmp_path: Path) -> None:
    IntentModel.train(TEXTS, INTENTS).save(tmp_path)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".npz"]
    with np.load(tmp_path / "intents.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind == "f" for name in arrays.files)


def test_loading_from_an_empty_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        IntentModel.load(tmp_path)


def test_two_intents_are_enough_and_one_is_not() -> None:
    model = IntentModel.train(TEXTS[:6], INTENTS[:6])
    assert model.rank("hallo")[0][0] == "greet"
    assert sum(confidence for _, confidence in model.rank("ha det")) == pytest.approx(1.0)
    with pytest.raises(ValueError, match="at least two"):
        IntentModel.train(["hei"], ["greet"])


@pytest.mark.parametrize(
    "text", ["", "   ", "\n\t", "\x00", "\u202e", "漢字", "<b>", "'; DROP TABLE persons;--", "x" * 10_000]
)
def test_no_text_makes_it_fall_over(full_model: IntentModel, text: str) -> None:
    for _, confidence in full_model.rank(text):
        assert 0.0 <= confidence <= 1.0


def test_an_empty_text_has_no_intent(full_model: IntentModel) -> None:
    assert full_model.rank("") == []
    assert full_model.rank("  ") == []


@pytest.mark.parametrize("text", ["xyzzy plugh", "sdlkfj sldkfj", "jsjsjs", "mam gorączkę i boli mnie gardło"])
def test_nonsense_and_other_languages_are_not_believed(full_model: IntentModel, text: str) -> None:
    assert full_model.rank(text)[0][1] < 0.4


@pytest.mark.parametrize("text", ["vonndt i hallsen", "hodepinne", "presciption refil plz", "avbestile tiimen"])
def test_misspelt_messages_are(full_model: IntentModel, text: str) -> None:
    assert full_model.rank(text)[0][1] > 0.5


def test_a_message_takes_less_than_a_millisecond_and_a_half(full_model: IntentModel) -> None:
    texts = [example.text for example in nlu_examples.read(nlu_examples.held_out_files())]
    start = time.perf_counter()
    for text in texts:
        full_model.rank(text)
    assert (time.perf_counter() - start) / len(texts) < 0.0015


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Policy no. 12 34 56 78", "policy no. 00000000"),
        ("12.34.56.78", "00000000"),
        ("3 uker, 38,5", "0 uker, 0,0"),
        ("ring 113", "ring 113"),
        ("116 117", "116 117"),
        ("HEEEEIII", "heeii"),
        ("I’m ill", "i'm ill"),
        ("Ｈｅｉ", "hei"),
    ],
)
def test_numbers_case_and_stretching_are_evened_out(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize(("one", "other"), [("får ikke sove", "faar ikke sove"), ("dårlig", "darlig"), ("øre", "oere")])
def test_norwegian_letters_may_be_missing(one: str, other: str) -> None:
    assert fold(one) == fold(other)
