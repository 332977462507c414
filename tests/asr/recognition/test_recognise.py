"""Recognition with the real model: nothing invented, nothing lost, the same each time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from asr.activity.turns import VadSettings
from asr.audio.samples import SAMPLE_RATE, Audio
from asr.recognition.recognise import recognise
from asr.recognition.settings import RecogniseSettings
from asr.recognition.whisper import Engine, EngineSettings, WindowText, Word
from asr.recognition.windows import Placed, assign, next_window
from asr.transcript import Recognition
from tests.asr.sounds import music, noise, raw_audio, silence, tone

CHINESE = RecogniseSettings(language="zh")


@pytest.fixture(scope="module")
def heard(spoken: Audio, engine: Engine) -> Recognition:
    return recognise(spoken, engine, RecogniseSettings())


def test_sounds_that_are_no_speech_give_no_text(engine: Engine, tmp_path: Path) -> None:
    parts = [silence(10), noise(10), tone(10), music(10), noise(10, 0.001)]
    audio = raw_audio(tmp_path, [np.concatenate(parts), silence(50)])
    assert recognise(audio, engine, CHINESE).utterances == ()


def test_both_sides_of_a_call_are_heard_in_order(heard: Recognition) -> None:
    assert [u.channel for u in heard.utterances] == ["left", "right"] * 4 + ["left"]
    assert all(a.start_s <= b.start_s for a, b in zip(heard.utterances, heard.utterances[1:], strict=False))
    assert "底盘" in heard.utterances[1].text


def test_the_language_is_detected(heard: Recognition) -> None:
    assert {u.language for u in heard.utterances} == {"zh"}
    assert min(u.language_probability for u in heard.utterances) > 0.5


def test_every_turn_with_speech_has_text(heard: Recognition) -> None:
    assert all(u.text for u in heard.utterances)


def test_hearing_again_gives_the_same(heard: Recognition, spoken: Audio, engine: Engine) -> None:
    assert recognise(spoken, engine, RecogniseSettings()) == heard


def test_the_number_of_threads_does_not_change_a_bit(engine: Engine) -> None:
    sound = noise(28)
    found = []
    for threads in (1, 2, 4):
        with threadpool_limits(threads):
            found.append(engine.features(sound).tobytes())
    assert found[1:] == found[:-1]


def test_a_stored_recognition_reads_back(heard: Recognition) -> None:
    assert Recognition.from_json(heard.to_json()) == heard


def test_a_fixed_language_is_not_detected(spoken: Audio, engine: Engine, tmp_path: Path) -> None:
    first = raw_audio(tmp_path, [spoken.piece(1, 0, 12 * SAMPLE_RATE)])
    (utterance,) = recognise(first, engine, CHINESE).utterances
    assert (utterance.language, utterance.language_probability) == ("zh", 1.0)


def test_a_turn_without_text_is_heard_again_alone(
    spoken: Audio, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Engine.write
    calls = []

    def forgetful(self: Engine, encoded: object, lengths: object, *args: object, **kwargs: object) -> list[WindowText]:
        texts = write(self, encoded, lengths, *args, **kwargs)  # type: ignore[arg-type]
        calls.append(texts)
        return [replace(t, words=(), breaks=frozenset()) for t in texts] if len(calls) == 1 else texts

    monkeypatch.setattr(Engine, "write", forgetful)
    audio = raw_audio(tmp_path, [spoken.piece(1, 0, 12 * SAMPLE_RATE)])
    (utterance,) = recognise(audio, engine, CHINESE).utterances
    assert (utterance.again, "底盘" in utterance.text) == ("alone", True)


def word(text: str, start_s: float, end_s: float) -> Word:
    return Word(text, start_s, end_s, 0.9)


def test_words_lie_in_the_turn_in_which_they_end() -> None:
    window = [Placed(0, 0, 32000, 0.0), Placed(1, 80000, 112000, 2.5)]
    words = (word("异", 0.5, 1.0), word("响", 1.0, 2.2), word("没", 2.2, 3.0), word("有", 3.0, 3.4))
    text = WindowText(words, frozenset(), 3.4, 0.9, 0.0, 1.0)
    assert [p.turn for p in assign(window, text)] == [0, 0, 1, 1]


def test_a_timestamp_of_the_model_moves_the_border_by_a_word() -> None:
    window = [Placed(0, 0, 32000, 0.0), Placed(1, 80000, 112000, 2.5)]
    words = (word("异", 0.5, 1.0), word("响", 1.0, 2.0), word("没", 2.0, 2.45), word("有", 2.45, 3.4))
    text = WindowText(words, frozenset({2}), 3.4, 0.9, 0.0, 1.0)
    assert [p.turn for p in assign(window, text)] == [0, 0, 1, 1]


def test_a_word_that_appears_only_when_offered_is_named(spoken: Audio, engine: Engine, tmp_path: Path) -> None:
    offered = replace(CHINESE, hotwords=(("zh", ("底盘", "漏油")),), weak=2.0)  # every turn counts as weak
    audio = raw_audio(tmp_path, [spoken.piece(1, 0, 12 * SAMPLE_RATE)])
    (plain,) = recognise(audio, engine, offered).utterances
    assert plain.only_biased == ()  # the chassis was said
    write = Engine.write

    def suggestible(
        self: Engine, encoded: object, lengths: object, language: object, prompt: object, **kwargs: object
    ) -> object:
        (text,) = write(self, encoded, lengths, language, prompt, **kwargs)  # type: ignore[arg-type]
        return [replace(text, words=(*text.words, word("漏油", 6.0, 6.5)))] if prompt else [text]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "write", suggestible)
        (biased,) = recognise(audio, engine, offered).utterances
    assert biased.only_biased == ("漏油",)


@pytest.mark.parametrize(("offered", "prompted"), [("漏油", [False]), ("底盘", [False, True])])
def test_hotwords_are_offered_where_the_text_without_them_holds_one(
    spoken: Audio, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offered: str, prompted: list[bool]
) -> None:
    write = Engine.write
    prompts = []

    def seen(
        self: Engine, encoded: object, lengths: object, language: object, prompt: list[int], **kwargs: object
    ) -> object:
        prompts.append(bool(prompt))
        return write(self, encoded, lengths, language, prompt, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Engine, "write", seen)
    audio = raw_audio(tmp_path, [spoken.piece(1, 0, 12 * SAMPLE_RATE)])
    recognise(audio, engine, replace(CHINESE, hotwords=(("zh", (offered,)),), weak=0.0, low_db=-99.0))
    assert prompts == prompted


def test_a_loop_gives_way_to_the_text_with_hotwords(
    spoken: Audio, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Engine.write

    def looping(
        self: Engine, encoded: object, lengths: object, language: object, prompt: object, **kwargs: object
    ) -> object:
        texts = write(self, encoded, lengths, language, prompt, **kwargs)  # type: ignore[arg-type]
        return texts if prompt else [replace(text, words=text.words[:1] * 99, compression=9.0) for text in texts]

    monkeypatch.setattr(Engine, "write", looping)
    audio = raw_audio(tmp_path, [spoken.piece(1, 0, 12 * SAMPLE_RATE)])
    heard = recognise(audio, engine, replace(CHINESE, hotwords=(("zh", ("漏油",)),), weak=0.0, low_db=-99.0))
    assert [len(u.text) < 99 and "底盘" in u.text for u in heard.utterances] == [True]


def test_a_short_pause_stays_as_it_is_and_a_long_one_is_cut() -> None:
    second = 16_000
    waiting = [Placed(0, 0, second, 0.0), Placed(1, 2 * second, 3 * second, 0.0), Placed(2, 9 * second, 10 * second, 0)]
    window, rest = next_window(waiting, 28.0, 0.5, lambda start, stop: stop - start <= 2 * second)
    assert [(p.at_s, p.joined) for p in window] == [(0.0, False), (2.0, True), (3.5, False)]
    assert rest == []


def test_windows_decoded_in_batches_give_what_they_give_one_by_one(
    spoken: Audio, model_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = Engine(EngineSettings(str(model_path), "cpu", beam_size=1, batch=1))
    batched = Engine(EngineSettings(str(model_path), "cpu", beam_size=1, batch=4))
    sizes = []
    write = Engine.write

    def counted(self: Engine, encoded: object, lengths: list[float], *args: object, **kwargs: object) -> object:
        sizes.append(len(lengths))
        return write(self, encoded, lengths, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Engine, "write", counted)
    short = replace(CHINESE, window_s=2.5, vad=VadSettings(max_turn_s=2.5))
    audio = raw_audio(tmp_path, [spoken.piece(1, 0, 20 * SAMPLE_RATE)])
    one_by_one = recognise(audio, alone, short)
    assert set(sizes) == {1}
    together = recognise(audio, batched, short)
    assert max(sizes) > 1
    assert together == one_by_one


def test_a_batch_may_hold_a_window_without_words(spoken: Audio, engine: Engine) -> None:
    encoded = engine.encode([engine.features(spoken.piece(1, 0, 12 * SAMPLE_RATE))] * 2)
    tokenizer = engine._tokenizer("zh")
    first, second = engine._align(tokenizer, encoded, [engine.tokens("底盘有异响"), []], [1200, 1200])
    assert "".join(word.text for _, word in first) == "底盘有异响"
    assert second == []
