"""A published count below the smallest cannot be reckoned from what stands around it."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from targeting.errors import UsageError
from targeting.store import ExportRequest, export, publish
from targeting.store.export.public import width, with_totals, withheld

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def small(told: np.ndarray) -> list[tuple[int, ...]]:
    return [tuple(place) for place in np.argwhere((told > 0) & (told < 5))]


@pytest.mark.parametrize("seed", range(6))
def test_no_small_count_is_narrowed_down_by_the_totals(seed):
    told = with_totals(np.random.default_rng(seed).poisson(6, size=(8, 3)))
    hidden = withheld(told, 5)
    assert small(told)
    assert all(hidden[place] for place in small(told))
    assert min(width(told, hidden, place) for place in small(told)) >= 5
    assert not hidden.all()


def test_one_small_count_takes_others_with_it():
    told = with_totals(np.array([[2, 40, 50], [30, 60, 70], [20, 30, 90]]))
    hidden = withheld(told, 5)
    assert (hidden[0].sum() >= 2, hidden[:, 0].sum() >= 2, hidden[2, 2]) == (True, True, False)


def test_nothing_is_withheld_where_nothing_is_small():
    assert not withheld(with_totals(np.array([[0, 40, 50], [30, 60, 70]])), 5).any()


def test_the_public_export_counts_and_names_nobody(tmp_path, make_run, frames):
    db = tmp_path / "t.duckdb"
    publish(db, make_run(), frames)
    request = ExportRequest("Ani", AT, tmp_path / "out", formats=("parquet",), profile="public")
    path = export(db, request)[0]
    rows = pl.read_parquet(path)
    assert path.name == "candidate-public.parquet"
    assert (rows.height, rows["selected"].to_list(), rows["withheld"].str.len_chars().min() > 0) == (
        2,
        [None] * 2,
        True,
    )
    assert not {"household_id", "nik", "nama_calon"} & set(rows.columns)


def test_the_full_profile_is_a_reveal_and_needs_to_say_so(tmp_path, make_run, frames):
    db = tmp_path / "t.duckdb"
    publish(db, make_run(), frames)
    with pytest.raises(UsageError, match="--reveal"):
        export(db, ExportRequest("Ani", AT, tmp_path, profile="full"))
    with pytest.raises(UsageError, match="public"):
        export(db, ExportRequest("Ani", AT, tmp_path, profile="public", reveal=True, purpose="verifikasi lapangan"))
