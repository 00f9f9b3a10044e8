"""targeting init: sample files under other names and headers become a pipeline file that is valid and runs."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from typer.testing import CliRunner, Result

from targeting.cli.doctor_job import WORDS as JOB_WORDS
from targeting.cli.doctor_job import job_findings
from targeting.cli.main import app
from targeting.contracts.config import PipelineConfig
from targeting.contracts.guess import ColumnGuess, FileGuess, Ground
from targeting.contracts.linkage_file import load_spec
from targeting.contracts.pipeline_file import load_pipeline
from targeting.errors import InputFileError, UsageError
from targeting.intake.guess import stems
from targeting.report.init_file import Request, pipeline_text, quoted
from targeting.report.labels import Language, in_language

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"
POLICY = ROOT / "pipelines" / "policy" / "wub-ppse-2026.yaml"
HOUSEHOLDS = {
    "household_id": "ID_RUTA",
    "no_kk": "Nomor KK",
    "kode_kabupaten_kota": "KD_KAB",
    "kode_desa": "Kode Desa/Kelurahan",
    "luas_lantai_bangunan": "LUAS LANTAI",
    "id_atap_terluas": "Jenis Atapp",
}
MEMBERS = {
    "person_id": "ID_ART",
    "household_id": "ID_RUTA",
    "nik": "kolom_a",
    "nama": "NAMA LENGKAP",
    "tanggal_lahir": "TGL LAHIR",
    "id_jenis_kelamin": "JK",
}
FAMILIES = {"dtsen_family_id": "ID_KELUARGA", "no_kk": "NO_KARTU_KELUARGA", "desil_nasional": "DESIL"}
PERSONS = {"dtsen_person_id": "ID_INDIVIDU", "dtsen_family_id": "ID_KELUARGA", "tanggal_lahir": "Tgl Lhr"}


def renamed(name: str, names: dict[str, str]) -> pl.DataFrame:
    """A sample file as another office would keep it."""
    frame = pl.read_csv(SAMPLE / f"{name}.csv", infer_schema=False, truncate_ragged_lines=True)
    return frame.tail(150).rename(names)


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> Path:
    """A folder of files that bear no contract's names, and a manifest that is none of a snapshot."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "manifest.json").write_text('{"synthetic": true}', encoding="utf-8")
    households = renamed("ppse_household", HOUSEHOLDS).with_columns(KODE_KEC=pl.lit("Gamping")).drop("kode_kecamatan")
    households.write_csv(folder / "survei.csv", separator=";")
    renamed("ppse_member", MEMBERS).write_parquet(folder / "anggota.parquet")
    renamed("dtsen_family", FAMILIES).write_csv(folder / "kel.csv")
    american = pl.col("Tgl Lhr").str.to_date(strict=False).dt.strftime("%m/%d/%Y")
    renamed("dtsen_person", PERSONS).with_columns(american).write_csv(folder / "ind.csv")
    return folder


def init(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["init", *map(str, arguments)])


@pytest.fixture(scope="module")
def made(own, tmp_path_factory) -> tuple[Path, dict[str, Any]]:
    """The pipeline file of these files, and what the command said of it."""
    out = tmp_path_factory.mktemp("made") / "p.yaml"
    return out, json.loads(init(own, "--out", out, "--policy", POLICY, "--json").stdout)


def test_files_with_other_names_are_known_by_headers_and_values_and_the_file_is_valid(made):
    out, told = made
    config, text = load_pipeline(out), out.read_text(encoding="utf-8")
    assert {Path(one["path"]).name: one["contract"] for one in told["inputs"]} == {
        "survei.csv": "ppse-household",
        "anggota.parquet": "ppse-member",
        "kel.csv": "dtsen-family",
        "ind.csv": "dtsen-person",
    }
    households, members, persons = config.ppse.households, config.ppse.members, config.dtsen.persons
    assert households.columns == HOUSEHOLDS
    assert members is not None
    assert members.columns == MEMBERS
    assert persons is not None
    assert (persons.columns, persons.dates) == (PERSONS, "mdy")
    assert config.districts == ("34.04", "35.07")
    assert re.search(r'nik: "kolom_a"    # by its values; \d+ % of \d+ values can be read', text)
    assert '"KODE_KEC" is named like kode_kecamatan, but 0 % of its values can be read' in text
    assert len(told["to_check"]) == 1
    before, _, after = text.partition("seed: 2026\n")
    assert "targeting lottery commit --out lottery-seed.txt" in " ".join(before.split("\n# "))
    assert after.startswith("# seed_file: lottery-seed.txt\n# seed_commit: sha256:")


def test_the_file_passes_a_dry_run_and_the_doctor(made, tmp_path):
    db = str(tmp_path / "t.duckdb")
    dry = CliRunner().invoke(app, ["run", str(made[0]), "--dry-run", "--db", db, "--json"])
    assert [one["rows_in"] for one in json.loads(dry.stdout)["inputs"]] == [150] * 4
    words = in_language(JOB_WORDS, Language.EN)
    found = job_findings(made[0], Path(db), datetime(2026, 6, 1, tzinfo=UTC), words, ("", ""))
    states = {one.what: one.state for one in found}
    assert {states[name] for name in ("pipeline file", "ppse-household", "dtsen-person", "policy")} == {"ok"}


def test_a_file_that_is_there_stays_unless_force_is_given_and_is_then_written_alike(own, made):
    out, before = made[0], made[0].read_bytes()
    refused = init(own, "--out", out, "--policy", POLICY, "--lang", "id")
    assert (type(refused.exception), out.read_bytes()) == (UsageError, before)
    assert init(own, "--out", out, "--policy", POLICY, "--force").exit_code == 0
    assert out.read_bytes() == before


def test_sheets_of_a_workbook_are_files_of_their_own_and_what_is_missing_is_marked(tmp_path):
    out = tmp_path / "p.yaml"
    done = init(SAMPLE / "ppse.xlsx", SAMPLE / "dtsen_family.csv", "--out", out, "--lang", "id", "--policy", POLICY)
    config = load_pipeline(out)
    assert config.ppse.members is not None
    assert (config.ppse.households.sheet, config.ppse.members.sheet) == ("Rumah Tangga", "Anggota")
    assert "PERIKSA: tidak ada berkas dtsen-person di antara yang diberikan" in done.stdout
    assert "ISI-LOKASI-dtsen-person.csv" in out.read_text(encoding="utf-8")


def test_numbers_of_questions_before_the_names_do_not_hide_them_and_those_of_persons_stay(tmp_path):
    assert stems(["r201_nik", "r203_nama", "4._alamat"]) == {
        "r201_nik": "nik",
        "r203_nama": "nama",
        "4._alamat": "alamat",
    }
    for names in (["art1_nama", "art2_nama"], ["nik", "nama", "r3_alamat"], ["r1_", "r2_nama"]):
        assert stems(names) == {name: name for name in names}
    frame = renamed("ppse_member", {})
    numbered = {name: f"R{place}. {name.upper()}" for place, name in enumerate(frame.columns, start=101)}
    frame.rename(numbered).write_csv(tmp_path / "art.csv")
    told = json.loads(init(tmp_path / "art.csv", "--out", tmp_path / "p.yaml", "--policy", POLICY, "--json").stdout)
    [one] = told["inputs"]
    assert (one["contract"], one["columns"]) == ("ppse-member", numbered)


def test_a_kk_number_stands_for_the_household_id_that_is_not_there(tmp_path):
    renamed("ppse_household", {}).drop("household_id").write_csv(tmp_path / "ruta.csv")
    out = tmp_path / "p.yaml"
    init(tmp_path / "ruta.csv", "--out", out, "--policy", POLICY, "--district", "34.04")
    config = load_pipeline(out)
    assert (config.ppse.households.columns, config.districts) == ({"household_id": "no_kk"}, ("34.04",))


def test_two_files_that_do_not_belong_together_are_marked(own, tmp_path):
    renamed("ppse_member", {}).with_columns(household_id="R-" + pl.col("household_id")).write_csv(
        tmp_path / "other.csv"
    )
    told = init(own / "survei.csv", tmp_path / "other.csv", "--out", tmp_path / "p.yaml", "--policy", POLICY, "--json")
    assert "other.csv: only 0 % of its rows have their home in the file of homes" in told.stdout


def test_a_snapshot_stands_in_place_of_the_two_files():
    wanted = Request("t", "t.yaml", {("h.csv", None): "h.csv"}, "p.yaml", "policy", registry="registry/2025-09-30")
    district = ColumnGuess("kode_kabupaten_kota", "KAB", Ground.KNOWN, 9, 9)
    households = FileGuess(Path("h.csv"), None, "ppse-household", (district,), districts={"34.04": 9})
    drafted = pipeline_text([households], wanted, Language.EN)
    declared = PipelineConfig.model_validate(YAML(typ="safe").load(drafted.text))
    assert (declared.dtsen.registry, declared.dtsen.families) == (Path("registry/2025-09-30"), None)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_a_column_is_called_it_stands_in_the_file(name):
    assert YAML(typ="safe").load(f"a: {quoted(name)}    # why\n") == {"a": name}


def test_two_files_become_a_linkage_spec(own, tmp_path):
    out = tmp_path / "link.yaml"
    done = init(own / "anggota.parquet", own / "ind.csv", "--link", "--out", out)
    spec = load_spec(out)
    assert (done.exit_code, spec.left.id, spec.left.household, spec.right.id) == (0, "ID_ART", "ID_RUTA", "ID_INDIVIDU")
    assert {name: (one.type.value, one.left, one.right) for name, one in spec.columns.items()} == {
        "nik": ("nik", "kolom_a", "nik"),
        "nama": ("name", "NAMA LENGKAP", "nama"),
        "tanggal_lahir": ("date", "TGL LAHIR", "Tgl Lhr"),
        "id_jenis_kelamin": ("category", "JK", "id_jenis_kelamin"),
        "tempat_lahir": ("text", "tempat_lahir", "tempat_lahir"),
    }


@pytest.mark.parametrize(
    ("arguments", "kind", "told"),
    [
        (["absent.csv"], InputFileError, "does not exist"),
        ([SAMPLE / "broken" / "empty.csv"], InputFileError, "is empty"),
        ([SAMPLE / "truth_person.csv"], UsageError, "none of the files"),
        ([SAMPLE / "ppse_flat.csv", "--as", "ppse=x"], UsageError, "CONTRACT=FILE"),
        ([SAMPLE / "ppse_flat.csv", "--link"], UsageError, "two files"),
        ([SAMPLE / "ppse_flat.csv", "--purpose", "x"], UsageError, "--purpose"),
    ],
)
def test_what_cannot_be_guessed_is_told_and_nothing_is_written(tmp_path, arguments, kind, told):
    out = tmp_path / "p.yaml"
    done = init(*arguments, "--out", out)
    assert (type(done.exception), told in str(done.exception), out.exists()) == (kind, True, False)
