"""Names in a list of recordings, as people, Windows and recorders write them; what two could be is nobody's."""

from __future__ import annotations

import unicodedata

import pytest

from complaints.intake.sidecar_names import matched, parts_of


@pytest.mark.parametrize(
    "name",
    [
        "calls/a.wav", "./calls/a.wav", "calls\\a.wav", ".\\calls\\a.wav", "CALLS\\A.wav", "../calls/a.wav",
        "a.wav", "A.WAV", "./a.wav", "/calls/a.wav", "D:\\rec\\2026\\calls\\a.wav", "D:/rec/calls/a.wav", "D:a.wav",
        "\\\\server\\share\\calls\\a.wav", "file:///D:/rec/calls/a.wav", "file:///spool/calls/a.wav", "calls//a.wav",
        "file:calls/a.wav", "FILE://localhost/calls/a.wav", "https://pbx.example/rec/calls/a.wav", "calls/a.mp3", "a",
        "smb://pbx/share/a.wav", ' "calls/a.wav" ', "calls/a", "A.gsm", "D:\\rec\\a.vox", "/other/folder/a.wav",
    ],
)  # fmt: skip
def test_a_name_is_the_recordings_however_it_is_written(name: str) -> None:
    assert matched([name], ["calls/a.wav", "calls/ab.wav", "b/c.wav"]) == ({0: 0}, frozenset())


@pytest.mark.parametrize(
    "name", ["", ".", "./", "b.wav", "calls", "calls/aa.wav", "x/calls2/b.wav", "wav", "a.wav.bak"]
)
def test_another_name_is_not(name: str) -> None:
    assert matched([name], ["calls/a.wav"]) == ({}, frozenset())


def test_letters_composed_otherwise_are_the_same_name() -> None:
    name = unicodedata.normalize("NFD", "Gerät é.wav")
    assert matched([name], ["Gerät É.wav"]) == ({0: 0}, frozenset())


def test_signs_of_an_address_are_those_of_the_name() -> None:
    assert matched(["file:///rec/%E9%80%9A%E8%AF%9D%201.wav"], ["通话 1.wav"]) == ({0: 0}, frozenset())
    assert matched(["100%25.wav"], ["100%25.wav", "100%.wav"]) == ({0: 0}, frozenset())


@pytest.mark.parametrize(
    ("names", "recordings"),
    [
        (["a.wav"], ["x/a.wav", "y/a.wav"]), (["a"], ["a.wav", "a.mp3"]), (["A.wav"], ["a.wav", "a.WAV"]),
        (["D:/1/a.wav", "E:/2/a.wav"], ["a.wav"]), (["a.gsm", "a.vox"], ["a.wav"]), (["a.mp3"], ["x/a.wav", "y/a.wav"]),
    ],
)  # fmt: skip
def test_where_two_would_do_none_is_taken(names: list[str], recordings: list[str]) -> None:
    assert matched(names, recordings) == ({}, frozenset(range(len(names))))


@pytest.mark.parametrize(
    ("names", "recordings", "expected"),
    [
        (["A.wav", "a.wav"], ["a.wav", "A.wav"], {0: 1, 1: 0}),
        (["a.wav"], ["a.mp3", "a.wav"], {0: 1}),
        (["x/a.wav", "y/a.wav"], ["x/a.wav", "y/a.wav"], {0: 0, 1: 1}),
        (["D:/r/x/a.wav", "D:/r/y/a.wav"], ["y/a.wav", "x/a.wav"], {0: 1, 1: 0}),
        (["D:/r/x/a.wav"], ["a.wav", "x/a.wav"], {0: 1}),
        (["x/a.mp3", "y/a.mp3"], ["x/a.wav", "y/a.wav"], {0: 0, 1: 1}),
    ],
)  # fmt: skip
def test_the_surer_way_goes_first(names: list[str], recordings: list[str], expected: dict[int, int]) -> None:
    assert matched(names, recordings) == (expected, frozenset())


def test_a_weak_name_never_takes_what_is_left_over() -> None:
    assert matched(["x/a.wav", "a.wav"], ["x/a.wav", "y/a.wav"]) == ({0: 0}, frozenset({1}))


def test_the_order_of_rows_and_recordings_changes_nothing() -> None:
    names, recordings = ["D:/r/x/a.wav", "B.WAV", "c"], ["x/a.wav", "b.wav", "c.amr"]
    found, _ = matched(names, recordings)
    turned, _ = matched(names[::-1], recordings[::-1])
    assert {(names[n], recordings[r]) for n, r in found.items()} == {
        (names[::-1][n], recordings[::-1][r]) for n, r in turned.items()
    }


def test_many_recordings_of_one_name_are_told_apart_by_their_folders_in_a_blink() -> None:
    folders = [f"{number:06}" for number in range(20_000)]
    found, unclear = matched([f"D:\\rec\\{f}\\audio.wav" for f in folders], [f"{f}/audio.wav" for f in folders])
    assert (found, unclear) == ({number: number for number in range(20_000)}, frozenset())


def test_a_path_loses_what_only_one_machine_knows() -> None:
    assert parts_of("file:///C:/Rec/A%20b.WAV") == ("rec", "a b.wav")
