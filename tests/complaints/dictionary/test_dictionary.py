"""The shipped dictionary is consistent and large enough, and a plant's words go on top of it."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from complaints.dictionary import Dictionary, PlantTerm, check_data, load_dictionary
from complaints.dictionary.loader import data_folder
from complaints.errors import MasterDataError, SettingsError

SYSTEMS = {
    "engine", "transmission", "clutch", "brakes", "steering", "suspension_chassis", "body", "electrical",
    "infotainment", "hvac", "tyres_wheels", "high_voltage_battery", "cooling", "fuel", "exhaust", "seats_interior",
    "driver_assistance", "restraint",
}  # fmt: skip


@pytest.fixture
def car() -> Dictionary:
    return load_dictionary(["car"])


def copied_tables(folder: Path) -> Path:
    for name in ("codes.csv", "terms_zh.csv", "terms_en.csv"):
        (folder / name).write_text((data_folder() / name).read_text(encoding="utf-8"), encoding="utf-8", newline="")
    return folder


def add_row(table: Path, *row: str) -> None:
    with table.open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerow(row)


def test_shipped_tables_are_consistent() -> None:
    assert check_data() == []


@pytest.mark.parametrize("name", ["codes.csv", "terms_zh.csv", "terms_en.csv"])
def test_shipped_tables_end_their_lines_with_line_feeds(name: str) -> None:
    assert b"\r" not in (data_folder() / name).read_bytes()


@pytest.mark.parametrize(
    ("table", "row", "problem"),
    [
        ("terms_zh.csv", ("咕噜噜", "no_such_code", "car", "free"), "unknown code"),
        ("terms_zh.csv", ("异响", "vibration", "both", "same_tone"), "stands twice"),
        ("terms_zh.csv", ("异响", "engine", "car", "same_tone"), "several kinds"),
        ("terms_zh.csv", ("咕噜噜", "engine", "appliance", "free"), "wrong domain"),
        ("terms_zh.csv", ("咕噜噜", "engine", "car", "often"), "unknown phonetic"),
        ("terms_zh.csv", ("abc", "engine", "car", "free"), "phonetic must be never"),
        ("terms_zh.csv", (" 咕噜噜", "engine", "car", "free"), "untrimmed"),
        ("terms_en.csv", ("Ｎｏｉｓｅ", "engine", "car", "never"), "not NFKC"),
        ("codes.csv", ("zz", "fault", "car", "", "甲", "a"), "unknown kind"),
        ("codes.csv", ("zz", "symptom", "boat", "", "甲", "a"), "unknown domain"),
        ("codes.csv", ("zz", "symptom", "car", "nowhere", "甲", "a"), "unknown parent"),
        ("codes.csv", ("zz", "symptom", "car", "engine", "甲", "a"), "parent of another kind"),
        ("codes.csv", ("zz", "component", "appliance", "engine", "甲", "a"), "loses its parent"),
        ("codes.csv", ("zz", "symptom", "car", "", "甲", "a"), "no Chinese term"),
        ("codes.csv", ("zz", "symptom", "car", "", "甲", ""), "no name_en"),
        ("codes.csv", ("Zz", "symptom", "car", "", "甲", "a"), "not lower_snake"),
        ("codes.csv", ("aa", "symptom", "car", "", "甲", "a"), "not sorted"),
        ("codes.csv", ("zz", "symptom", "car", "", "异响", "a"), "one name_zh for"),
    ],
)
def test_check_names_each_inconsistency(tmp_path: Path, table: str, row: tuple[str, ...], problem: str) -> None:
    folder = copied_tables(tmp_path)
    add_row(folder / table, *row)
    assert any(problem in found for found in check_data(folder))


def test_cars_have_enough_codes_of_each_kind(car: Dictionary) -> None:
    counts = Counter(code.kind for code in car.codes.values())
    assert counts["symptom"] >= 75 and counts["component"] >= 110 and counts["condition"] >= 35


@pytest.mark.parametrize(("language", "enough"), [("zh", 1200), ("en", 600)])
def test_cars_have_enough_terms(car: Dictionary, language: str, enough: int) -> None:
    assert sum(term.language == language for term in car.terms) >= enough


def test_appliances_have_terms_of_their_own() -> None:
    own = set(load_dictionary(["appliance"]).terms) - set(load_dictionary(["car"]).terms)
    assert len(own) >= 60


def test_every_named_system_is_a_system(car: Dictionary) -> None:
    assert set(car.systems()) >= SYSTEMS


def test_domains_leave_out_what_belongs_to_the_other(car: Dictionary) -> None:
    appliance = load_dictionary(["appliance"])
    assert "clutch" not in appliance.codes and "washing_machine" not in car.codes
    assert "abnormal_noise" in appliance.codes and "abnormal_noise" in car.codes


def test_unknown_domain_is_refused() -> None:
    with pytest.raises(SettingsError, match="boat"):
        load_dictionary(["car", "boat"])


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("abnormal_noise", "abnormal_noise"),
        ("Abnormal  Noise", "abnormal_noise"),
        ("异响", "abnormal_noise"),
        (" 异 响 ", "abnormal_noise"),
        ("异常声音", "abnormal_noise"),
        ("异常的声音", "abnormal_noise"),
        ("ＡＢＳ", "abs_esc"),
        ("烧机油", "oil_burning"),
        ("won't start", "no_start"),
        ("打不着火", "no_start"),
        ("冷启动", "cold_start"),
        ("退车", None),
        ("", None),
    ],
)
def test_resolve_finds_codes_names_and_synonyms(value: str, code: str | None) -> None:
    assert load_dictionary().resolve(value) == code


def test_resolve_keeps_to_the_kind_asked_for(car: Dictionary) -> None:
    assert car.resolve("异响", "component") is None
    assert car.resolve("方向盘", "component") == "steering_wheel"


@pytest.mark.parametrize("word", ["没电", "不制冷", "打不着火", "无法启动", "不制热"])
def test_symptoms_that_contain_a_negation_are_whole_terms(car: Dictionary, word: str) -> None:
    assert word in {term.term for term in car.terms_of("symptom", "zh")}


@pytest.mark.parametrize(
    "word", ["退车", "降价", "定金", "服务态度", "交车", "问题", "坏", "车", "客服", "4s店", "价格"]
)
def test_sales_and_service_words_are_no_terms(word: str) -> None:
    assert load_dictionary().resolve(word) is None


def test_nearest_knows_what_was_meant(car: Dictionary) -> None:
    assert car.nearest("abnormal_nois") == "abnormal_noise"
    assert car.nearest("变速箱总程", "component") == "transmission"


def test_nearest_is_silent_when_nothing_is_near(car: Dictionary) -> None:
    assert car.nearest("qwertyuiop") is None


def test_system_of_a_component_is_the_broadest_above_it(car: Dictionary) -> None:
    assert car.system_of("brake_disc") == "brakes"
    assert car.system_of("refrigeration") == "hvac"
    assert car.system_of("engine") == "engine"
    assert car.system_of("unheard_of") == "unheard_of"


def test_names_fall_back_to_the_code(car: Dictionary) -> None:
    assert (car.name("oil_leak", "zh"), car.name("oil_leak", "en")) == ("漏油", "oil leak")
    assert car.name("unheard_of", "zh") == "unheard_of"


def test_kind_of_an_unknown_code_is_none(car: Dictionary) -> None:
    assert car.kind_of("oil_leak") == "symptom"
    assert car.kind_of("unheard_of") is None


def test_everyday_words_are_guarded_against_repair_by_sound() -> None:
    phonetic = {term.term: term.phonetic for term in load_dictionary().terms}
    assert {phonetic[word] for word in ("死机", "车机", "机油")} == {"same_tone"}
    assert phonetic["打不着火"] == "free"
    assert phonetic["斗动"] == "never"


def test_a_plant_term_overrides_a_shipped_one() -> None:
    plant = load_dictionary(["car"], [PlantTerm("共振", "symptom", "abnormal_noise")])
    assert load_dictionary(["car"]).resolve("共振") == "resonance"
    assert plant.resolve("共振") == "abnormal_noise"
    assert [t.source for t in plant.terms if t.term == "共振"] == ["plant"]


def test_a_plant_term_of_another_kind_takes_the_words_over() -> None:
    plant = load_dictionary(["car"], [PlantTerm("共振", "component", "engine_mount")])
    assert [(t.kind, t.code) for t in plant.terms if t.term == "共振"] == [("component", "engine_mount")]


def test_a_plant_code_may_be_given_as_a_name_or_synonym() -> None:
    assert load_dictionary(["car"], [PlantTerm("咕噜噜", "symptom", "怪声")]).resolve("咕噜噜") == "abnormal_noise"


def test_a_plant_term_without_a_code_keeps_the_one_it_has() -> None:
    assert load_dictionary(["car"], [PlantTerm("异响", "symptom")]).resolve("异响") == "abnormal_noise"


def test_a_new_plant_term_gets_a_code_of_its_own_with_its_words_as_name() -> None:
    plant = load_dictionary(["car"], [PlantTerm("尾门窜位", "symptom")])
    code = plant.resolve("尾门窜位", "symptom")
    assert code is not None and code not in load_dictionary(["car"]).codes
    assert plant.name(code, "zh") == plant.name(code, "en") == "尾门窜位"
    assert code == load_dictionary(["appliance"], [PlantTerm("尾门窜位", "symptom")]).resolve("尾门窜位")


def test_an_unknown_plant_code_becomes_a_code_of_that_name() -> None:
    plant = load_dictionary(
        ["car"], [PlantTerm("叮咚响", "symptom", "chime_noise"), PlantTerm("铃声", "symptom", "门铃")]
    )
    assert plant.resolve("叮咚响") == "chime_noise"
    assert plant.name(plant.resolve("铃声") or "", "zh") == "门铃"


def test_a_plant_code_of_another_kind_does_not_capture_the_shipped_one() -> None:
    plant = load_dictionary(["car"], [PlantTerm("噜噜件", "component", "abnormal_noise")])
    assert plant.kind_of(plant.resolve("噜噜件") or "") == "component"
    assert plant.kind_of("abnormal_noise") == "symptom"


def test_the_language_of_a_plant_term_is_told_by_its_script() -> None:
    plant = load_dictionary(["car"], [PlantTerm("咕噜噜", "symptom"), PlantTerm("gurgle thing", "symptom")])
    assert {t.term: t.language for t in plant.terms if t.source == "plant"} == {"咕噜噜": "zh", "gurgle thing": "en"}


@pytest.mark.parametrize(
    "row",
    [PlantTerm(" ", "symptom"), PlantTerm("咕噜噜", "fault"), PlantTerm("咕噜噜", "symptom", None, "fr")],
)
def test_a_plant_term_that_cannot_be_read_is_refused(row: PlantTerm) -> None:
    with pytest.raises(MasterDataError, match="master/dictionary"):
        load_dictionary(["car"], [row])


def test_the_fingerprint_does_not_depend_on_order() -> None:
    shipped = load_dictionary()
    assert Dictionary(list(shipped.codes.values())[::-1], shipped.terms[::-1]).fingerprint == shipped.fingerprint


def test_the_order_of_plant_rows_does_not_matter() -> None:
    rows = [PlantTerm("叮咚响", "symptom", "b"), PlantTerm("叮咚响", "symptom", "a"), PlantTerm("咕噜噜", "symptom")]
    assert load_dictionary(extra=rows).fingerprint == load_dictionary(extra=rows[::-1]).fingerprint


def test_the_fingerprint_changes_with_a_plant_term() -> None:
    assert load_dictionary(extra=[PlantTerm("咕噜噜", "symptom")]).fingerprint != load_dictionary().fingerprint
