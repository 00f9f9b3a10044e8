"""Rows a second of validation: `python benchmarks/validation.py [ROWS]` makes a PPSE household file and judges it.

One percent of the rows have a code that is in no list, half a percent lack the KK number. Prints seconds and rows a
second of reading and of judging, and the peak resident memory of both.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from targeting.contracts.codelists import REGSOSEK_2022K, code_list
from targeting.contracts.config import Source
from targeting.contracts.schemas import Field, schema_of
from targeting.intake import RuleContext, load_regions, read_text, validate

DISTRICTS = ("34.04", "35.07")


def values(field: Field, rows: int, rng: np.random.Generator) -> pl.Series:
    """Good values of a field as text, drawn at random."""
    if field.code_list:
        drawn = rng.choice(code_list(field.code_list, REGSOSEK_2022K).codes, rows)
    elif field.type is date:
        return pl.Series(np.datetime64("2025-01-01") + rng.integers(0, 365, rows)).dt.strftime("%d/%m/%Y")
    else:
        drawn = rng.integers(4, 40, rows)
    return pl.Series(drawn).cast(pl.String)


def households(rows: int, seed: int = 1) -> pl.DataFrame:
    """PPSE households as text with every column of the contract but those of a flat file's head."""
    rng = np.random.default_rng(seed)
    schema = schema_of("ppse-household")
    villages = load_regions().filter(pl.col("level") == 4, pl.col("kode").str.slice(0, 5).is_in(DISTRICTS))["kode"]
    desa = villages.gather(rng.integers(0, len(villages), rows))
    fields = [field for field in schema.fields.values() if field.name not in schema.person_fields]
    frame = pl.DataFrame({field.name: values(field, rows, rng) for field in fields}).with_row_index("row")
    day, serial = pl.col("row") // 999 % 28 + 1, pl.col("row") % 999
    issue = pl.col("row") // (999 * 28) % 12 + 1, pl.col("row") // (999 * 28 * 12) % 26
    parts = [day, *issue, serial]
    number = [part.cast(pl.String).str.zfill(width) for part, width in zip(parts, (2, 2, 2, 3), strict=True)]
    lost, wrong = (pl.Series(rng.random(rows) < share) for share in (0.005, 0.01))
    return frame.with_columns(
        household_id=pl.format("H{}", "row"),
        no_kk=pl.when(~lost).then(pl.format("340401{}{}{}9{}", *number)),
        kode_kabupaten_kota=desa.str.slice(0, 5),
        kode_kecamatan=desa.str.slice(0, 8),
        kode_desa=desa,
        id_atap_terluas=pl.when(wrong).then(pl.lit("77")).otherwise("id_atap_terluas"),
    ).drop("row")


def peak_gb() -> float:
    """Peak resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def main() -> None:
    """Make the file, read it, judge it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int, nargs="?", default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "households.csv"
        households(rows).write_csv(path)
        source = Source(path=path)
        context = RuleContext(as_of=date(2026, 6, 1), districts=DISTRICTS)
        start = time.perf_counter()
        text = read_text(path, source)
        read = time.perf_counter()
        partition = validate(text, "ppse-household", source, context)
        judged = time.perf_counter()
    print(f"{rows:,} rows x {text.frame.width - 1} columns, peak {peak_gb():.1f} GB")
    print(f"read     {read - start:6.1f} s  {rows / (read - start):10,.0f} rows/s")
    print(f"judge    {judged - read:6.1f} s  {rows / (judged - read):10,.0f} rows/s")
    print(f"accepted {partition.accepted.height:,}, rejected {partition.rejected.height:,}")
    print(partition.issues.group_by("rule").len().sort("len", "rule"))


if __name__ == "__main__":
    main()
