"""targeting synth, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from targeting.cli.main import app
from targeting.errors import UsageError

FILES = {
    "ppse_household",
    "ppse_member",
    "dtsen_family",
    "dtsen_person",
    "truth_person",
    "truth_household",
    "consumption",
    "prior_recipient",
    "truth_prior",
}


def synth(out: Path, *options: str) -> str:
    result = CliRunner().invoke(app, ["synth", "--out", str(out), *options], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_all_files_and_a_manifest_are_written(tmp_path: Path, kind: str) -> None:
    told = json.loads(synth(tmp_path, "--households", "30", "--seed", "9", "--format", kind, "--json"))
    assert {path.stem for path in tmp_path.glob(f"*.{kind}")} == FILES
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["rows"] == told
    assert (manifest["seed"], manifest["noise"], manifest["households"]) == (9, "medium", 30)


def test_truth_has_the_columns_that_evaluate_reads_and_niks_stay_text(tmp_path: Path) -> None:
    synth(tmp_path, "--households", "30", "--format", "parquet")
    assert pl.read_parquet(tmp_path / "truth_person.parquet").columns == ["id_l", "id_r"]
    assert pl.read_parquet(tmp_path / "truth_household.parquet").columns == ["id_l", "id_r"]
    assert pl.read_parquet(tmp_path / "ppse_member.parquet").schema["nik"] == pl.String


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        synth(tmp_path / name, "--households", "40", "--noise", "high", "--overlap", "0.8", "--seed", "5")
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_an_undetermined_desil_is_written_in_three_ways(tmp_path: Path) -> None:
    synth(tmp_path, "--households", "100")
    desil = pl.read_csv(tmp_path / "dtsen_family.csv", infer_schema=False)["desil_nasional"]
    assert {"0", "-"} < set(desil.fill_null("").to_list())
    assert desil.is_null().any()


def test_without_a_number_of_households_the_command_says_what_is_missing(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["synth", "--out", str(tmp_path)])
    assert isinstance(result.exception, UsageError)
    assert "--households" in str(result.exception)


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    result = CliRunner().invoke(app, ["synth", "--households", "5", "--out", str(tmp_path / "taken" / "out")])
    assert isinstance(result.exception, UsageError)
    assert "cannot be written" in str(result.exception)
