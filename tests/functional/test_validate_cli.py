"""targeting validate and targeting schema as a user runs them."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from targeting.cli.main import app
from targeting.errors import TargetingError

FILE = """household_id;NOMOR KK;kode_kabupaten_kota;luas_lantai_bangunan;id_atap_terluas
H1;3404011212209001;34.04;36,5;5
H2;;34.04;20;1
H3;3404011212209003;34.02;20;99
H4;340
"""


@pytest.fixture
def targeting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command in a temporary folder that holds households.csv."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "households.csv").write_text(FILE, encoding="utf-8")
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


JUDGE = (
    "validate",
    "households.csv",
    "--schema",
    "ppse-household",
    "--columns",
    "no_kk=NOMOR KK",
    "--as-of",
    "2026-06-01",
)


def test_findings_are_counted_by_rule(targeting: Callable[..., Result]) -> None:
    result = targeting(*JUDGE, "--districts", "34.04", "--decimal", ",", "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [document[name] for name in ("rows_in", "accepted", "rejected")] == [4, 2, 2]
    assert {one["rule"]: (one["severity"], one["rows"]) for one in document["findings"]} == {
        "required_value_is_missing": ("error", 1),
        "row_does_not_fit_header": ("error", 1),
        "code_is_not_in_its_list": ("warning", 1),
        "district_is_outside_the_run": ("warning", 1),
    }


@pytest.mark.parametrize(
    ("lang", "summary"), [("en", "4 rows in: 2 accepted, 2 rejected"), ("id", "4 baris masuk: 2 diterima, 2 ditolak")]
)
def test_the_table_speaks_the_language_asked_for(targeting: Callable[..., Result], lang: str, summary: str) -> None:
    result = targeting(*JUDGE, "--lang", lang)
    assert result.exit_code == 0
    assert summary in result.stdout
    assert "required_value_is_missing" in result.stdout


def test_no_screen_shows_a_personal_number(targeting: Callable[..., Result]) -> None:
    assert "34040112122" not in targeting(*JUDGE).output


def test_findings_and_rejected_rows_are_written_for_the_owner_alone(
    targeting: Callable[..., Result], tmp_path: Path
) -> None:
    targeting(*JUDGE)
    files = [tmp_path / "out" / f"households.{name}.csv" for name in ("issues", "rejected")]
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]
    assert pl.read_csv(files[1])["row_number"].to_list() == [2, 4]


def test_the_files_go_where_and_as_they_are_asked_for(targeting: Callable[..., Result], tmp_path: Path) -> None:
    targeting(*JUDGE, "--issues", "a/found.parquet", "--rejected", "b/refused.csv")
    assert set(pl.read_parquet(tmp_path / "a" / "found.parquet")["severity"]) >= {"error", "warning"}
    assert (tmp_path / "b" / "refused.csv").exists()
    assert not (tmp_path / "out").exists()


def test_a_file_that_cannot_be_judged_ends_with_10(targeting: Callable[..., Result]) -> None:
    result = targeting("validate", "households.csv", "--schema", "ppse-household")
    assert isinstance(result.exception, TargetingError)
    assert result.exception.exit_code == 10
    assert "no column 'no_kk'" in str(result.exception)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--schema", "households", "No schema"),
        ("--columns", "no_kk", "NAME=COLUMN"),
        ("--delimiter", "#", "--delimiter"),
        ("--code-lists", "2022", "regsosek-2022k"),
    ],
)
def test_an_option_that_cannot_be_acted_on_ends_with_2(
    targeting: Callable[..., Result], option: str, value: str, said: str
) -> None:
    result = targeting(*JUDGE, option, value)
    assert isinstance(result.exception, TargetingError)
    assert result.exception.exit_code == 2
    assert said in str(result.exception)


def test_schemas_are_printed_or_written(targeting: Callable[..., Result], tmp_path: Path) -> None:
    assert json.loads(targeting("schema", "ppse-member").stdout)["title"] == "ppse-member"
    assert len(json.loads(targeting("schema").stdout)) == 5
    assert targeting("schema", "--out", "schemas").exit_code == 0
    assert len(list((tmp_path / "schemas").glob("*.json"))) == 5
