"""complaints.toml: the template, validation, and errors that help."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaints.errors import SettingsError
from complaints.messages import knows
from complaints.settings import Settings, load_settings, template


def load(tmp_path: Path, text: str) -> Settings:
    (tmp_path / "complaints.toml").write_text(text, encoding="utf-8")
    return load_settings(tmp_path / "complaints.toml")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_holds_every_setting_at_its_default(tmp_path: Path, language: str) -> None:
    default = Settings()
    expected = default.model_copy(update={"general": default.general.model_copy(update={"language": language})})
    assert load(tmp_path, template(language)) == expected


def test_every_setting_is_described_in_both_languages() -> None:
    sections = {name: field.annotation for name, field in Settings.model_fields.items()}
    silent = [
        f"{name}.{key}"
        for name, section in sections.items()
        for key in section.model_fields  # type: ignore[union-attr]
        if not knows(f"setting.{name}.{key}")
    ]
    assert silent == []


def test_every_comment_of_a_chinese_template_is_chinese() -> None:
    comments = [line for line in template("zh").splitlines() if line.startswith("#")]
    assert [line for line in comments if line.isascii()] == []


def test_an_unknown_key_names_the_nearest_known_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"asr\.beam: unknown setting.*nearest known one is asr\.beam_size"):
        load(tmp_path, "[asr]\nbeam = 3\n")


def test_a_time_zone_that_is_none_is_refused_with_an_example(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Asia/Shanghai"):
        load(tmp_path, "[general]\ntime_zone = 'Shanghai'\n")


@pytest.mark.parametrize(
    ("line", "said"),
    [('"备注" = "txt"', "nearest one is text"), ('"Note" = "text"\n"note" = "serial"', "are one header")],
)
def test_a_mapping_to_nowhere_and_a_header_that_is_mapped_twice_are_refused(
    tmp_path: Path, line: str, said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        load(tmp_path, f"[intake.columns]\n{line}\n")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('"Cell" = "station"', "nearest one is station_id"),
        ('"Cell" = "genealogi.station_id"', "nearest one is genealogy.station_id"),
        ('"Cell" = "lots.station_id"', "no column"),
        ('"Cell" = "station_id"\n" cell" = "tool"', "are one header"),
    ],
)
def test_a_mapping_of_master_files_to_nowhere_and_a_double_one_are_refused(
    tmp_path: Path, line: str, said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        load(tmp_path, f"[master.columns]\n{line}\n")


def test_an_unknown_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nearest known one is mapping"):
        load(tmp_path, "[maping]\n")


def test_a_value_out_of_range_says_what_the_setting_means(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"asr\.beam_size.*Meaning: beams of the search"):
        load(tmp_path, "[asr]\nbeam_size = 0\n")


@pytest.mark.parametrize("text", ["asr = 3\n", "[asr]\nbeam_size = 'x'\n", "a =\n", "[asr]\nmodel = 3\n"])
def test_wrong_shapes_are_settings_errors(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError):
        load(tmp_path, text)


def test_bytes_that_are_not_utf8_are_a_settings_error(tmp_path: Path) -> None:
    (tmp_path / "complaints.toml").write_bytes("[general]\n# 语言".encode("gbk"))
    with pytest.raises(SettingsError, match="not UTF-8"):
        load_settings(tmp_path / "complaints.toml")


def test_a_missing_file_means_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.toml") == Settings()


def test_the_key_changes_with_the_named_section_alone() -> None:
    changed = Settings.model_validate({"cluster": {"min_cases": 7}})
    assert changed.key("asr") == Settings().key("asr")
    assert changed.key("cluster") != Settings().key("cluster")
