"""A survey teaches, households are scored, a model is judged, and a run takes its probabilities from one."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from targeting.store.connection import connect, rows

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"
POLICY = ROOT / "pipelines" / "policy" / "wub-ppse-2026.yaml"
COLUMNS = {
    "district": "kode_kabupaten_kota",
    "art": "jumlah_anggota_keluarga",
    "floor": "id_lantai_terluas",
    "roof": "id_atap_terluas",
    "water": "id_sumber_airminum",
    "fridge": "aset_bergerak_lemari_es",
    "motorcycle": "aset_bergerak_sepeda_motor",
    "area": "luas_lantai_bangunan",
}
TRAIN = ("--outcome", "Capita", "--weight", "FWT", "--cluster", "PSU", "--line", 500_000)


@pytest.fixture(scope="module")
def folder(copied: Any, command_line: Any) -> Path:
    """A survey of the sample's register with made-up spending under names of its own, its map, and its model."""

    def taught(place: Path) -> None:
        write_surveys(place)
        asked = ("--columns", "map.yaml", "--out", "pmt.json", "--period", "2024-03")
        made = command_line("pmt", "train", "survey.csv", *TRAIN, *asked, cwd=place)
        assert made.returncode == 0, made.stderr

    return Path(copied("pmt", taught))


def write_surveys(place: Path) -> None:
    """Two surveys and the map of their columns."""
    families = pl.read_csv(SAMPLE / "dtsen_family.csv", infer_schema=False)
    known = families.filter(pl.col("kode_kabupaten_kota").is_in(["34.04", "35.07"]))
    rng = np.random.default_rng(3)
    decile = known["desil_nasional"].cast(pl.Float64, strict=False).fill_null(5.0).fill_nan(5.0).to_numpy()
    survey = known.select(pl.col(contract).alias(own) for own, contract in COLUMNS.items()).with_columns(
        Capita=pl.Series(np.exp(12.9 + 0.1 * decile + 0.35 * rng.standard_normal(known.height))).round(0),
        FWT=pl.Series(rng.uniform(50, 150, known.height)).round(1),
        PSU=known["kode_desa"].fill_null("unknown"),
        own_id=known["dtsen_family_id"],
    )
    survey.sample(900, seed=1).write_csv(place / "survey.csv", separator=";")
    survey.sample(900, seed=2).write_parquet(place / "second.parquet")
    lines = [f"  {own}: {contract}" for own, contract in COLUMNS.items()]
    (place / "map.yaml").write_text("\n".join(["columns:", *lines, "code_lists: dtsen-2025", ""]), encoding="utf-8")


@pytest.fixture
def pmt(command_line: Any, folder: Path) -> Any:
    """`targeting pmt` in that folder."""
    return partial(command_line, "pmt", cwd=folder)


def test_a_training_says_what_it_chose_and_what_it_left_out(folder: Path, pmt: Any) -> None:
    again = pmt(
        "train",
        "survey.csv",
        *TRAIN,
        "--columns",
        "map.yaml",
        "--out",
        "again.json",
        "--json",
        "--period",
        "2024-03",
    )
    told = json.loads(again.stdout)
    assert told["method"] == told["cross_validation"]["chosen"]
    assert told["columns_left_out"]["own_id"] == "not in the column map"
    assert set(told["proxies"]) <= set(COLUMNS.values())
    assert (folder / "pmt.json").read_bytes() == (folder / "again.json").read_bytes()
    assert (folder / "pmt.json").stat().st_mode & 0o077 == 0


def test_scores_stand_beside_the_rows_as_they_came(folder: Path, pmt: Any) -> None:
    lines = ("--line", "p_poor=500000", "--line", "p_extreme=300000")
    done = pmt("score", "pmt.json", "second.parquet", "--columns", "map.yaml", "--out", "s.parquet", *lines, "--json")
    assert done.returncode == 0, done.stderr
    scored, told = pl.read_parquet(folder / "s.parquet"), json.loads(done.stdout)
    original = pl.read_parquet(folder / "second.parquet")
    assert scored.select(original.columns).equals(original)
    assert told["mean"]["p_extreme"] < told["mean"]["p_poor"]
    assert scored.select((pl.col("pmt_low") < pl.col("pmt_high")).all()).item()


def test_an_evaluation_has_every_measure_with_its_interval(folder: Path, pmt: Any) -> None:
    arguments = ("pmt.json", "second.parquet", "--columns", "map.yaml", "--group", "fridge", "--replicates", 30)
    done = pmt("evaluate", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert {"auc", "pr_auc", "brier", "ece", "precision_25", "precision_5pct", "ndcg_25"} <= set(told["measures"])
    assert all(set(one) == {"value", "low", "high"} for one in told["measures"].values())
    assert [one["is_rate"] for one in told["quotas"]] == [True, False, False, False]
    assert [one["promised"] for one in told["coverage"]] == [0.8, 0.9, 0.95]
    assert {one["value"] for one in told["groups"]} >= {"ya", "tidak"}
    assert told["trained_on_this_file"] is False
    flattered = pmt("evaluate", "pmt.json", "survey.csv", "--columns", "map.yaml", "--replicates", 20)
    assert "trained on this file" in flattered.stderr
    in_indonesian = pmt("evaluate", *arguments, "--lang", "id")
    assert "Galat menurut kuota" in in_indonesian.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("score", "pmt.json", "survey.csv", "--out", "x.csv"), 12, "lacks columns that the model needs"),
        (("score", "pmt.json", "survey.csv", "--out", "x.txt"), 2, "its ending must be"),
        (("score", "pmt.json", "survey.csv", "--out", "x.csv", "--line", "500000"), 2, "write NAME=VALUE"),
        (("score", "pmt.json", "survey.csv", "--out", "x.csv", "--line", "pmt_low=5"), 2, "the program's own"),
        (("train", "survey.csv", *TRAIN, "--out", "x.json", "--stratum", "psu"), 12, "a column of its own"),
        (("score", "none.json", "survey.csv", "--out", "x.csv"), 12, "No such file"),
        (("score", "survey.csv", "survey.csv", "--out", "x.csv"), 12, "is no JSON"),
        (("train", "none.csv", *TRAIN, "--out", "x.json"), 10, "no such file"),
        (("train", "survey.csv", *TRAIN, "--out", "x.pkl"), 2, "must be .json"),
        (("train", "survey.csv", *TRAIN, "--out", "x.json", "--period", "March"), 2, "no year or month"),
        (("train", "survey.csv", *TRAIN[:2], "--weight", "W", *TRAIN[4:], "--out", "x.json"), 12, "no column 'w'"),
        (("evaluate", "pmt.json", "second.parquet", "--columns", "map.yaml", "--line", 1), 12, "are above the line"),
        (("evaluate", "pmt.json", "second.parquet", "--columns", "map.yaml", "--group", "sex"), 12, "no such column"),
    ],
)
def test_a_mistake_ends_with_its_cure_and_writes_nothing(
    folder: Path, pmt: Any, arguments: Any, code: int, said: str
) -> None:
    done = pmt(*arguments)
    assert (code, True) == (done.returncode, said in done.stderr), done.stderr
    assert list(folder.glob("x.*")) == []
    assert "Traceback" not in done.stderr


def test_a_training_that_is_stopped_leaves_no_file(folder: Path, minds_sigterm: Any) -> None:
    command = [sys.executable, "-m", "targeting.cli.main", "pmt", "train", "survey.csv", *map(str, TRAIN)]
    stopped = subprocess.Popen([*command, "--out", "stopped.json"], cwd=folder, stderr=subprocess.PIPE, text=True)
    minds_sigterm(stopped)
    stopped.send_signal(signal.SIGINT)
    _, said = stopped.communicate(timeout=60)
    assert (15, "error: stopped; no model was written.\n") == (stopped.returncode, said)
    assert list(folder.glob("*stopped*")) == []


def test_a_run_takes_its_probabilities_from_the_model_and_holds_them_to_the_official_rates(
    folder: Path, targeting: Any, pipeline_file: Any, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.yaml"
    text = POLICY.read_text(encoding="utf-8")
    policy.write_text(text.replace("\npoverty:\n", f"\npoverty:\n  model: {folder}/pmt.json\n"), encoding="utf-8")
    done = targeting("run", pipeline_file((str(POLICY), str(policy))), "--db", "t.duckdb", "--out", "lists", "--json")
    assert done.returncode == 0, done.stderr
    about = json.loads(done.stdout)["counts"]["poverty_model"]
    assert {one["district"] for one in about["calibration"] if one["shift"] is not None} == {"34.04", "35.07"}
    with connect(tmp_path / "t.duckdb", write=False) as con:
        found = rows(con, "SELECT p_source, p_poor, p_extreme, poverty_sources FROM assessment")
    assert {row[0] for row in found} == {"model", "expenditure"}
    assert all(row[2] <= row[1] for row in found)
    dates = next(json.loads(row[3]) for row in found if row[0] == "model")
    assert dates["p_extreme"] == {"source": "model", "date": "survey 2024-03, line 2023-03"}
    assert dates["p_poor"]["source"] == "model"


def test_a_run_refuses_a_model_whose_codes_nobody_explains(
    folder: Path, pmt: Any, targeting: Any, pipeline_file: Any, tmp_path: Path
) -> None:
    survey = pl.read_csv(folder / "survey.csv", separator=";").rename({"roof": "id_atap_terluas"})
    survey.drop("own_id").write_csv(folder / "coded.csv")
    made = pmt("train", "coded.csv", *TRAIN, "--out", "coded.json", "--drop", "district")
    assert made.returncode == 0, made.stderr
    policy = tmp_path / "policy.yaml"
    text = POLICY.read_text(encoding="utf-8")
    policy.write_text(text.replace("\npoverty:\n", f"\npoverty:\n  model: {folder}/coded.json\n"), encoding="utf-8")
    done = targeting("run", pipeline_file((str(POLICY), str(policy))), "--db", "t.duckdb", "--out", "lists")
    assert (13, True) == (done.returncode, "learnt codes of 'id_atap_terluas'" in done.stderr), done.stderr
