"""targeting sample-for-review, the evaluation of its labels, and what a link says of its own errors, as typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from targeting.cli.main import app
from targeting.errors import TargetingError
from targeting.synth import generate

SPEC = """
left: {id: person_id}
right: {id: dtsen_person_id}
columns: {nik: nik, nama: name, tanggal_lahir: date, id_jenis_kelamin: category}
assignment: many_to_one
"""


@pytest.fixture(scope="module")
def folder(copied: Callable[..., Path]) -> Path:
    """Two files, their spec, true pairs, and the links with what the command printed."""
    return copied("review", linked)


def linked(path: Path) -> None:
    """Fill the folder."""
    made = generate(150, "high", 0.85, 3, families=600)
    made.ppse_member.write_parquet(path / "left.parquet")
    made.dtsen_person.write_parquet(path / "right.parquet")
    truth = made.truth_person.rename({"person_id": "id_l", "dtsen_person_id": "id_r"})
    truth.write_parquet(path / "truth.parquet")
    (path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    told = run(path, "link", "left.parquet", "right.parquet", "--spec", "spec.yaml", "--out", "links.parquet", "--json")
    (path / "told.json").write_text(told, encoding="utf-8")


def run(folder: Path, command: str, *arguments: str) -> str:
    """What the command prints to stdout; files are those of the folder."""
    names = {path.name for path in folder.iterdir()}
    inside = [str(folder / a) if a in names or a.endswith((".xlsx", ".csv", ".parquet")) else a for a in arguments]
    done = CliRunner().invoke(app, [command, *inside], catch_exceptions=False)
    assert 0 == done.exit_code
    return done.stdout


def drawn(folder: Path, out: str, *options: str) -> Path:
    """A sample of 120 pairs."""
    files = ("--left", "left.parquet", "--right", "right.parquet", "--spec", "spec.yaml")
    purpose = ("--purpose", "uji mutu padanan", "--size", "120", "--db", str(folder / "audit.duckdb"))
    run(folder, "sample-for-review", "links.parquet", *files, "--out", out, *purpose, *options)
    return folder / out


def test_a_link_tells_its_error_rates_with_intervals(folder: Path) -> None:
    rates = json.loads((folder / "told.json").read_text())["error_rates"]
    assert "decoys" == rates["estimated_by"]
    for name in ("false_link", "missed_link", "not_compared"):
        assert 0 <= rates[name]["low"] <= rates[name]["value"] <= rates[name]["high"] <= 1


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_sample_shows_both_records_and_only_its_owner_may_read_it(folder: Path, kind: str) -> None:
    path = drawn(folder, f"sample.{kind}")
    about = path.with_name(f"{path.name}.about.json")
    assert [0o600, 0o600] == [file.stat().st_mode & 0o777 for file in (path, about)]
    assert "uji mutu padanan" == json.loads(about.read_text())["purpose"]
    read = pl.read_excel if kind == "xlsx" else pl.read_csv
    columns = read(path).columns
    assert ["number", "left_nik", "right_nik", "left_nama", "right_nama"] == columns[:5]
    assert "label" == columns[columns.index("id_l") - 1]


def test_labels_of_clerks_give_the_rates_of_all_links(folder: Path) -> None:
    sample = pl.read_csv(drawn(folder, "drawn.csv"), infer_schema=False)
    truth = pl.read_parquet(folder / "truth.parquet").with_columns(true=pl.lit("match"))
    joined = sample.join(truth, on=["id_l", "id_r"], how="left")
    joined.with_columns(label=pl.col("true").fill_null("non-match")).drop("true").write_csv(folder / "labelled.csv")
    by_labels = json.loads(run(folder, "evaluate", "links.parquet", "labelled.csv", "--json"))
    by_truth = json.loads(run(folder, "evaluate", "links.parquet", "truth.parquet", "--json"))
    assert 120 == by_labels["labelled"]
    assert by_labels["precision"]["low"] <= by_truth["precision"]["value"] <= by_labels["precision"]["high"]


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (("--out", "s.xlsx", "--purpose", "x"), 2, "--purpose"),
        (("--out", "s.parquet", "--purpose", "uji mutu padanan"), 2, "its ending must be"),
        (("--out", "s.xlsx", "--purpose", "uji mutu padanan", "--left", "right.parquet"), 10, "has no column"),
    ],
)
def test_a_sample_is_refused_with_the_cure(folder: Path, options, code, told) -> None:
    files = ["--left", "left.parquet", "--right", "right.parquet", "--spec", "spec.yaml", *options]
    names = {path.name for path in folder.iterdir()}
    inside = [str(folder / a) if a in names or a.startswith("s.") else a for a in files]
    done = CliRunner().invoke(app, ["sample-for-review", str(folder / "links.parquet"), *inside])
    assert isinstance(done.exception, TargetingError)
    assert code == done.exception.exit_code
    assert told in str(done.exception)


def test_files_that_are_not_those_of_the_links_are_refused(folder: Path) -> None:
    left = pl.read_parquet(folder / "left.parquet")
    left.head(5).write_parquet(folder / "other.parquet")
    arguments = ["--left", "other.parquet", "--right", "right.parquet", "--spec", "spec.yaml", "--out", "s.csv"]
    inside = [str(folder / a) if "." in a else a for a in arguments]
    command = [
        "sample-for-review",
        str(folder / "links.parquet"),
        *inside,
        "--purpose",
        "uji mutu padanan",
        "--db",
        str(folder / "audit.duckdb"),
    ]
    done = CliRunner().invoke(app, command)
    assert isinstance(done.exception, TargetingError)
    assert "lacks" in str(done.exception)
