"""targeting nationwide: two snapshots of a regency each, and people who are registered in the other one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from targeting.cli.main import app
from targeting.contracts.linkage_file import load_spec
from targeting.errors import TargetingError
from targeting.snapshot import Place, build_table
from targeting.store import run_lock
from targeting.synth import generate

DISTRICTS = ("34.04", "35.07")
SPEC = """
left: {id: person_id}
right: {id: dtsen_person_id}
columns: {nik: nik, nama: name, tanggal_lahir: date, id_jenis_kelamin: category, kode_desa: region, alamat: text}
assignment: many_to_one
"""
COLUMNS = ["nik", "nama", "tanggal_lahir", "id_jenis_kelamin", "kode_desa", "alamat"]
MOVED = 12
"""Every so many a registered person has moved to the other regency."""


@pytest.fixture(scope="module")
def country(made_once: Callable[..., Path]) -> Path:
    """people.parquet, truth.parquet, movers.parquet, spec.yaml, and registers/NAME of each regency; only read."""
    return made_once("country", settle)


def settle(folder: Path) -> None:
    """Fill the folder."""
    made = generate(300, "low", 0.8, 5, families=700)
    people = made.ppse_member.join(made.ppse_household, on="household_id").select("person_id", *COLUMNS)
    register = made.dtsen_person.join(made.dtsen_family, on="dtsen_family_id").select("dtsen_person_id", *COLUMNS)
    villages = {d: register.filter(pl.col("kode_desa").str.starts_with(d))["kode_desa"][0] for d in DISTRICTS}
    numbered = register.sort("dtsen_person_id").with_row_index("n")
    own = pl.col("kode_desa").str.slice(0, 5)
    other = own.replace_strict({DISTRICTS[0]: villages[DISTRICTS[1]], DISTRICTS[1]: villages[DISTRICTS[0]]})
    moves = pl.col("n") % MOVED == 0
    register = numbered.with_columns(
        kode_desa=pl.when(moves).then(other).otherwise("kode_desa"),
        alamat=pl.when(moves).then(pl.lit("DUSUN BARU RT 9 RW 9")).otherwise("alamat"),
    )
    (folder / "spec.yaml").write_text(SPEC, encoding="utf-8")
    people.write_parquet(folder / "people.parquet")
    made.truth_person.rename(dict(zip(made.truth_person.columns, ["id_l", "id_r"], strict=True))).write_parquet(
        folder / "truth.parquet"
    )
    register.filter(moves).select(id_r="dtsen_person_id").write_parquet(folder / "movers.parquet")
    for district in DISTRICTS:
        rows = register.filter(pl.col("kode_desa").str.starts_with(district)).drop("n")
        place = Place(folder / "registers" / district, datetime(2026, 1, 1, tzinfo=UTC))
        build_table(rows, load_spec(folder / "spec.yaml"), {"source": district, "sha256": "0" * 64}, None, place)


def call(country: Path, out: Path, *more: str) -> Result:
    """The command, in this process."""
    paths = [country / "people.parquet", country / "registers", "--spec", country / "spec.yaml", "--out", out]
    return CliRunner().invoke(app, ["nationwide", *map(str, paths), *more])


@pytest.fixture(scope="module")
def linked(country: Path, made_once: Callable[..., Path]) -> Path:
    """A run that nothing disturbed; only read."""

    def link_all(folder: Path) -> None:
        done = call(country, folder / "out", "--json")
        assert done.exit_code == 0, done.output
        assert not any(part["resumed"] for part in json.loads(done.stdout)["parts"])

    return made_once("linked", link_all) / "out"


def contents(out: Path) -> dict[str, bytes]:
    """All link files."""
    return {path.name: path.read_bytes() for path in sorted((out / "links").iterdir())}


def links_of(out: Path) -> pl.DataFrame:
    """All links."""
    return pl.read_parquet(out / "links" / "*.parquet").filter(pl.col("status") == "link")


def test_people_are_found_at_home_and_where_they_moved(country: Path, linked: Path) -> None:
    links, truth = links_of(linked), pl.read_parquet(country / "truth.parquet")
    moved = truth.join(pl.read_parquet(country / "movers.parquet"), on="id_r", how="semi")
    true = links.join(truth, on=["id_l", "id_r"], how="semi")
    assert true.height / links.height > 0.97
    assert true.height / truth.height > 0.97
    assert moved.height > 30
    assert links.join(moved, on=["id_l", "id_r"], how="semi").height / moved.height > 0.9
    assert links["id_l"].n_unique() == links.height


def test_everybody_is_in_the_file_of_the_own_regency(country: Path, linked: Path) -> None:
    homes = dict(pl.read_parquet(country / "people.parquet").select("person_id", "kode_desa").iter_rows())
    for district in DISTRICTS:
        found = pl.read_parquet(linked / "links" / f"{district}.parquet")
        assert found.height > 0
        assert {homes[person][:5] for person in found["id_l"]} == {district}
        assert found.sort("id_l", "id_r").equals(found)


def test_a_stopped_run_goes_on_to_the_same_bytes(country: Path, linked: Path, tmp_path: Path) -> None:
    out = tmp_path / "again"
    shutil.copytree(linked, out)
    (out / "parts" / "home-35.07.json").unlink()
    (out / "parts" / "away-34.04.parquet").unlink()
    shutil.rmtree(out / "links")
    done = call(country, out, "--json")
    assert done.exit_code == 0
    resumed = {(p["stage"], p["snapshot"]): p["resumed"] for p in json.loads(done.stdout)["parts"]}
    assert resumed == {
        ("home", "34.04"): True,
        ("home", "35.07"): False,
        ("away", "34.04"): False,
        ("away", "35.07"): True,
    }
    assert contents(out) == contents(linked)


def test_work_on_other_inputs_is_not_gone_on_with(country: Path, linked: Path, tmp_path: Path) -> None:
    out = tmp_path / "other"
    shutil.copytree(linked, out)
    changed = tmp_path / "country"
    shutil.copytree(country, changed)
    people = pl.read_parquet(changed / "people.parquet")
    people.head(people.height // 2).write_parquet(changed / "people.parquet")
    with pytest.raises(TargetingError, match=r"other inputs \(differs: people\)\. Add --fresh"):
        CliRunner().invoke(app, command(changed, out), catch_exceptions=False)
    assert CliRunner().invoke(app, [*command(changed, out), "--fresh"]).exit_code == 0
    assert links_of(out)["id_l"].n_unique() < links_of(linked)["id_l"].n_unique()


def command(country: Path, out: Path) -> list[str]:
    """Its arguments."""
    paths = [country / "people.parquet", country / "registers", "--spec", country / "spec.yaml", "--out", out]
    return ["nationwide", *map(str, paths)]


def test_a_regency_where_nobody_lives_is_searched_by_the_model_that_was_given(country: Path, tmp_path: Path) -> None:
    own = tmp_path / "country"
    shutil.copytree(country, own)
    model = own / "model.json"
    people = pl.read_parquet(own / "people.parquet")
    call(own, tmp_path / "first")
    shutil.copy(tmp_path / "first" / "parts" / "model-34.04.json", model)
    people.filter(pl.col("kode_desa").str.starts_with("34.04")).write_parquet(own / "people.parquet")
    done = call(own, tmp_path / "second", "--model", str(model))
    assert done.exit_code == 0, done.output
    assert not (tmp_path / "second" / "parts" / "model-35.07.json").exists()
    moved = pl.read_parquet(country / "truth.parquet").join(
        pl.read_parquet(country / "movers.parquet"), on="id_r", how="semi"
    )
    found = links_of(tmp_path / "second").join(moved, on=["id_l", "id_r"], how="semi")
    assert found.height > 10


def test_a_snapshot_may_not_be_named_as_those_without_a_home(country: Path, tmp_path: Path) -> None:
    own = tmp_path / "country"
    shutil.copytree(country, own)
    (own / "registers" / "34.04").rename(own / "registers" / "elsewhere")
    with pytest.raises(TargetingError, match="may not be named 'elsewhere'"):
        CliRunner().invoke(app, command(own, tmp_path / "out"), catch_exceptions=False)


def test_two_at_once_on_one_folder_are_refused(country: Path, tmp_path: Path) -> None:
    out = tmp_path / "busy"
    out.mkdir()
    with run_lock(out / "work"), pytest.raises(TargetingError) as raised:
        CliRunner().invoke(app, command(country, out), catch_exceptions=False)
    assert (raised.value.exit_code, "--out" in str(raised.value)) == (14, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda c: shutil.rmtree(c / "registers" / "34.04") or shutil.rmtree(c / "registers" / "35.07"),
            "no snapshots",
        ),
        (lambda c: (c / "people.parquet").write_bytes(b"PAR1 and no more"), "not Parquet"),
        (lambda c: (c / "people.parquet").unlink(), "no such file"),
        (
            lambda c: (
                pl.read_parquet(c / "people.parquet")
                .with_columns(person_id=pl.lit("one"))
                .write_parquet(c / "people.parquet")
            ),
            "Ids must be unique",
        ),
        (lambda c: pl.read_parquet(c / "people.parquet").clear().write_parquet(c / "people.parquet"), "no rows"),
        (
            lambda c: pl.read_parquet(c / "people.parquet").drop("nama").write_parquet(c / "people.parquet"),
            "no column 'nama'",
        ),
    ],
)
def test_what_cannot_be_linked_is_said(country: Path, tmp_path: Path, change: Any, said: str) -> None:
    own = tmp_path / "country"
    shutil.copytree(country, own)
    change(own)
    with pytest.raises(TargetingError, match=said) as raised:
        CliRunner().invoke(app, command(own, tmp_path / "out"), catch_exceptions=False)
    assert raised.value.exit_code == 10
