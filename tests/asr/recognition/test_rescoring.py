"""Rescoring: a word of the field that the model nearly wrote takes its place, ordinary speech stays."""

from __future__ import annotations

import pytest

from asr.audio.samples import SAMPLE_RATE, Audio
from asr.recognition.rescoring import LEAST_ODDS, MARGIN, MOST, pinned_words, rescored
from asr.recognition.whisper import Engine, Word
from asr.repair.mandarin import Repairer
from asr.repair.turn import repaired
from asr.transcript import Recognition, Utterance
from complaints.dictionary import load_dictionary


def words(text: str, probability: float = 0.5) -> list[Word]:
    return [Word(character, 0.0, 0.0, probability) for character in text]


class Scores:
    """Gives each stretch of a text that is not as heard `odds` (one character of it); remembers the texts."""

    def __init__(self, odds: float, of: dict[str, float] | None = None) -> None:
        self.odds, self.of = odds, of or {}
        self.heard = ""
        self.asked: list[str] = []

    def __call__(self, texts: list[str]) -> list[list[float]]:
        if not self.heard:
            self.heard, *texts = texts
            return [[0.0] * len(self.heard), *(self._scores(text) for text in texts)]
        return [self._scores(text) for text in texts]

    def _scores(self, text: str) -> list[float]:
        self.asked.append(text)
        pairs = list(zip(text, self.heard, strict=True))
        scores = [0.0] * len(text)
        for at, (here, heard) in enumerate(pairs):
            if here != heard and (at == 0 or pairs[at - 1][0] == pairs[at - 1][1]):
                scores[at] = next((odds for word, odds in self.of.items() if text.startswith(word, at)), self.odds)
        return scores


def test_a_word_that_is_nearly_as_probable_takes_the_place() -> None:
    (found,) = rescored(words("车子经常刺激"), ["死机"], Scores(-1.0))
    assert (found.heard, found.written, found.odds, found.first_word) == ("刺激", "死机", -1.0, 4)


def test_a_word_that_the_model_finds_unlikely_does_not() -> None:
    assert rescored(words("车子经常刺激"), ["死机"], Scores(LEAST_ODDS - 0.1)) == []


def test_what_the_model_is_sure_of_is_not_asked_again() -> None:
    scores = Scores(0.0)
    assert rescored(words("车子经常刺激", 0.99), ["死机"], scores) == []
    assert scores.asked == []


@pytest.mark.parametrize("other", ["桌子", "刺刀", "经常"])
def test_what_does_not_sound_nearly_like_it_is_not_asked(other: str) -> None:
    scores = Scores(0.0)
    rescored(words(f"车{other}"), ["死机"], scores)
    assert scores.asked == []


def test_another_word_of_the_field_stays() -> None:
    assert rescored(words("车机上面开裂"), ["车机", "车漆"], Scores(0.0)) == []


def test_of_two_words_for_one_stretch_the_likelier_is_taken() -> None:
    (found,) = rescored(words("突然吸火"), ["起火", "熄火"], Scores(-2.0, {"熄": -1.0}))
    assert found.written == "熄火"


def test_traditional_script_is_no_obstacle() -> None:
    (found,) = rescored(words("發動機鮮窗"), ["天窗"], Scores(-1.0))
    assert found.heard == "鲜窗"


def test_a_bounded_number_of_words_of_a_window_is_asked() -> None:
    scores = Scores(-99.0)
    rescored(words("刺激" * 30), ["死机"], scores)
    assert sum(text.count("死机") for text in scores.asked) == MOST


def test_words_that_stand_apart_are_asked_in_one_text_and_what_is_unlikely_there_not_again() -> None:
    scores = Scores(LEAST_ODDS - MARGIN - 0.1)
    assert rescored(words("车子经常刺激，师傅说这里修不好，后来又吸火"), ["死机", "熄火"], scores) == []
    assert scores.asked == ["车子经常死机，师傅说这里修不好，后来又熄火"]


def test_of_words_asked_together_each_is_judged_alone() -> None:
    scores = Scores(LEAST_ODDS - 0.1, {"熄": -1.0})
    (found,) = rescored(words("车子经常刺激，师傅说这里修不好，后来又吸火"), ["死机", "熄火"], scores)
    assert (found.written, found.odds) == ("熄火", -1.0)
    assert scores.asked[1:] == [
        "车子经常死机，师傅说这里修不好，后来又吸火",
        "车子经常刺激，师傅说这里修不好，后来又熄火",
    ]


def test_every_pinned_word_is_in_the_shipped_dictionary() -> None:
    known = {term.term for term in load_dictionary().terms}
    pinned = pinned_words(("car", "appliance"))
    assert len(pinned) == len(set(pinned)) > 300
    assert [word for word in pinned if word not in known] == []


def test_an_appliance_plant_has_no_words_of_cars() -> None:
    assert "变速箱" in pinned_words(("car",))
    assert "变速箱" not in pinned_words(("appliance",))


def utterance(text: str, *pairs: tuple[str, str]) -> Utterance:
    return Utterance("right", 0.0, 5.0, text, 0.9, 4.0, 0.0, 0.9, 0.0, "zh", 0.98, rescored=pairs)


@pytest.fixture(scope="module")
def repairer() -> Repairer:
    return Repairer(load_dictionary().terms)


def test_the_repair_keeps_what_was_heard(repairer: Repairer) -> None:
    text, (repair,) = repaired(utterance("我的车经常刺激", ("刺激", "死机")), {"zh": repairer})
    assert text == "我的车经常死机"
    assert (repair.heard, repair.written, repair.start, repair.rule) == ("刺激", "死机", 5, "rescored")


def test_only_the_stretch_that_was_meant_is_changed(repairer: Repairer) -> None:
    heard = utterance("很刺激，又吸火，又刺激", ("吸火", "熄火"), ("刺激", "死机"))
    assert repaired(heard, {"zh": repairer})[0] == "很刺激，又熄火，又死机"


def test_a_stretch_that_a_pause_cuts_stays(repairer: Repairer) -> None:
    assert repaired(utterance("鲜，窗", ("鲜窗", "天窗")), {"zh": repairer}) == ("鲜，窗", ())


def test_a_recognition_with_rescored_words_reads_back() -> None:
    stored = Recognition(5.0, "mono", "", (utterance("刺激", ("刺激", "死机")),))
    assert Recognition.from_json(stored.to_json()) == stored


def test_the_model_finds_what_was_said_likelier_than_what_was_not(spoken: Audio, engine: Engine) -> None:
    sound = spoken.piece(1, 0, 12 * SAMPLE_RATE)
    said, other = engine.score(engine.features(sound), 12.0, "zh", ["底盘有异响", "今天天气很好"])
    assert (len(said), len(other)) == (5, 6)
    assert sum(said) > sum(other)


def test_texts_scored_in_a_batch_score_as_they_do_one_by_one(
    spoken: Audio, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    features, texts = engine.features(spoken.piece(1, 0, 12 * SAMPLE_RATE)), ["底盘有异响", "今天天气很好"]
    one_by_one = [sum(score) for score in engine.score(features, 12.0, "zh", texts)]
    monkeypatch.setattr(engine, "device", "cuda")  # a GPU scores so, its padding left on; here the CPU does
    assert [sum(s) for s in engine.score(features, 12.0, "zh", texts)] == pytest.approx(one_by_one, abs=2.0)


def test_likelihoods_do_not_depend_on_the_frames_that_are_aligned(
    spoken: Audio, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    features = engine.features(spoken.piece(1, 0, 12 * SAMPLE_RATE))
    few = engine.score(features, 12.0, "zh", ["底盘有异响"])
    monkeypatch.setattr("asr.recognition.whisper.NO_TIMES", 1200)
    assert engine.score(features, 12.0, "zh", ["底盘有异响"]) == few
