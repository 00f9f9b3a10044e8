"""The register's accepted rows as Parquet, a folder for each kabupaten or kota, sorted by id within it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

DISTRICT = "kode_kabupaten_kota"
FAMILIES, PERSONS, RECORDS = "families", "persons", "records"
"""Tables of a snapshot of DTSEN, and of one of another file."""
IDS = {FAMILIES: "dtsen_family_id", PERSONS: "dtsen_person_id"}
ROWS = 50_000
"""Rows of a row group: what a search for a few ids reads of a column at once."""
NOWHERE = "none"
"""Folder of the rows without a district."""


def write_piece(rows: pl.DataFrame, district: pl.Series, folder: Path, piece: int) -> None:
    """Some rows into `folder`, apart by district, to be put together by `write_table`."""
    named = rows.with_columns(district.fill_null(NOWHERE).alias("_district"))
    for (name,), part in named.partition_by("_district", as_dict=True, include_key=False).items():
        place = folder / f"{DISTRICT}={name}"
        place.mkdir(parents=True, exist_ok=True)
        part.write_parquet(place / f"piece-{piece:04}.parquet", compression="lz4")


def write_table(folder: Path, order: str, without: pl.DataFrame | None = None) -> dict[str, int]:
    """The pieces of each district as one file sorted by `order`; rows by district, "" for none.

    `without` has `row_number` of rows that are left out. The same rows make the same bytes, whatever the pieces.
    """
    counts = {}
    for place in sorted(folder.iterdir()):
        pieces = sorted(place.glob("piece-*.parquet"))
        rows = pl.concat([pl.read_parquet(path) for path in pieces])
        if without is not None:
            rows = rows.join(without, on="row_number", how="anti")
        name = place.name.removeprefix(f"{DISTRICT}=")
        counts["" if name == NOWHERE else name] = rows.height
        rows.sort(order).write_parquet(place / "part-0.parquet", compression="zstd", row_group_size=ROWS)
        for path in pieces:
            path.unlink()
    return counts


def read_districts(folder: Path, districts: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
    """Of the rows of these districts, those columns that there are; the folder is one of a snapshot that was opened."""
    files = [folder / f"{DISTRICT}={name}" / "part-0.parquet" for name in sorted(districts)]
    some = next(iter(sorted(folder.glob("*/part-0.parquet"))))
    known = [name for name in columns if name in pl.read_parquet_schema(some)]
    frames = [pl.scan_parquet(some).head(0), *(pl.scan_parquet(path) for path in files if path.exists())]
    return pl.concat([frame.select(known) for frame in frames]).collect()


def read_rows(
    folder: Path,
    column: str,
    values: pl.Series,
    districts: Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
) -> pl.DataFrame:
    """The rows whose `column` is among the values, in its order; with `districts`, those of these districts only; with
    `columns`, those of these columns that there are.

    Only the row groups that may hold one of them are read. The folder is one of a snapshot that was opened.
    """
    names = None if districts is None else {f"{DISTRICT}={name or NOWHERE}" for name in districts}
    files = [path for path in sorted(folder.glob("*/part-0.parquet")) if names is None or path.parent.name in names]
    some = next(iter(sorted(folder.glob("*/part-0.parquet"))))
    frames = [pl.scan_parquet(some).head(0), *(pl.scan_parquet(path) for path in files)]
    wanted = values.unique().implode()
    found = pl.concat([frame.filter(pl.col(column).is_in(wanted)) for frame in frames]).sort(column)
    if columns is not None:
        known = pl.read_parquet_schema(some)
        found = found.select(name for name in known if name in columns)
    return found.collect()
