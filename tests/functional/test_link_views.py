"""targeting link shows what it did: values only when asked; to look at a linkage writes no links."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from targeting.cli.main import app
from targeting.errors import TargetingError, UsageError
from targeting.store import events_of
from targeting.synth import generate

SPEC = """
left: {id: person_id}
right: {id: dtsen_person_id}
columns:
  nik: nik
  nama: name
  tanggal_lahir: date
  id_jenis_kelamin: category
assignment: many_to_one
"""
COLUMNS = ["nik", "nama", "tanggal_lahir", "id_jenis_kelamin"]


@pytest.fixture(scope="module")
def folder(copied) -> Path:
    """Two files, their spec, their links and the model."""
    return copied("views", linked)


def linked(folder: Path) -> None:
    """Fill the folder."""
    made = generate(households=80, noise="medium", overlap=0.9, seed=5)
    made.ppse_member.select("person_id", *COLUMNS).write_parquet(folder / "left.parquet")
    made.dtsen_person.select("dtsen_person_id", *COLUMNS).write_parquet(folder / "right.parquet")
    (folder / "spec.yaml").write_text(SPEC, encoding="utf-8")
    done = run(folder, "--out", folder / "links.parquet", "--save-model", folder / "model.json")
    assert 0 == done.exit_code


def run(folder, *arguments):
    files = [folder / "left.parquet", folder / "right.parquet"]
    return CliRunner().invoke(app, ["link", *map(str, [*files, "--spec", folder / "spec.yaml", *arguments])])


def linked_pair(folder) -> dict[str, object]:
    return pl.read_parquet(folder / "links.parquet").row(0, named=True)


def test_a_pair_is_explained_as_it_was_linked_and_nothing_is_written(folder):
    before, pair = sorted(folder.iterdir()), linked_pair(folder)
    done = run(folder, "--explain", pair["id_l"], pair["id_r"], "--model", folder / "model.json", "--json")
    told = json.loads(done.stdout)
    assert ["explanation"] == list(told)
    fall = told["explanation"]["waterfall"]
    bits = fall["prior_bits"] + fall["living_together_bits"] + sum(part["bits"] for part in fall["evidence"])
    assert pair["match_weight"] == pytest.approx(bits, abs=1e-9)
    assert pair["status"] == told["explanation"]["verdict"]
    assert before == sorted(folder.iterdir())


@pytest.mark.parametrize(("language", "said"), [("id", "Pasangan"), ("en", "Pair")])
def test_values_are_shown_only_when_asked(folder, language, said):
    pair = linked_pair(folder)
    person = pl.read_parquet(folder / "left.parquet").row(by_predicate=pl.col("person_id") == pair["id_l"], named=True)
    asked = ["--explain", pair["id_l"], pair["id_r"], "--model", folder / "model.json", "--lang", language]
    db = folder / f"{language}.duckdb"
    why = ("--reveal", "--purpose", "memeriksa satu pasangan", "--operator", "Ani", "--db", db)
    closed, opened = run(folder, *asked, "--json"), run(folder, *asked, "--json", *why)
    values = [str(person[column]) for column in ("nik", "nama", "tanggal_lahir") if person[column] is not None]
    assert len(values) > 1
    assert [] == [place for place, value in enumerate(values) if value in closed.stdout]
    assert [] == [place for place, value in enumerate(values) if value not in opened.stdout]
    assert [("reveal", "Ani")] == [(one["action"], one["operator"]) for one in events_of(db)]
    assert isinstance(run(folder, *asked, "--reveal").exception, UsageError)
    assert said in run(folder, *asked).stdout


def test_a_profile_links_nothing(folder):
    done = run(folder, "--profile", "--json", "--out", folder / "other.parquet")
    told = json.loads(done.stdout)
    assert {"left", "right", "rules", "forecast", "sampled_records"} == set(told)
    assert not (folder / "other.parquet").exists()
    shown = run(folder, "--profile", "--lang", "id").stdout
    assert "Pasangan menurut aturan penyaring" in shown


def test_charts_are_the_same_bytes_twice_and_stand_beside_their_page(folder, tmp_path):
    model = ("--model", folder / "model.json")
    for name in ("one", "two"):
        assert 0 == run(folder, "--charts", tmp_path / name, *model).exit_code
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert ["blocking.svg", "histogram.svg", "index.html", "levels.svg", "reliability.svg", "weights.svg"] == files
    assert [(tmp_path / "one" / name).read_bytes() for name in files] == [
        (tmp_path / "two" / name).read_bytes() for name in files
    ]


def test_a_link_without_anything_to_do_says_so(folder):
    done = run(folder)
    assert isinstance(done.exception, TargetingError)
    assert (2, True) == (done.exception.exit_code, "--explain" in str(done.exception))


def test_charts_into_a_file_are_refused(folder):
    done = run(folder, "--charts", folder / "links.parquet", "--model", folder / "model.json")
    assert isinstance(done.exception, TargetingError)
    assert "Choose another --charts" in str(done.exception)
