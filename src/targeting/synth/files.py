"""The generated data as files, with a manifest that says how to make them again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import polars as pl

from targeting.disk import told_if_full
from targeting.errors import UsageError
from targeting.synth.generate import SynthData

FileFormat = Literal["csv", "parquet"]
UNDETERMINED = ("0", "-", None)
"""How offices write a desil that is not determined yet; all three occur in CSV files."""


def write(data: SynthData, out: Path, file_format: FileFormat, asked: dict[str, Any]) -> dict[str, int]:
    """Rows of each file written into `out`; truth has id_l (PPSE) and id_r (DTSEN). Raises UsageError if it fails."""
    tables = tables_of(data)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            with told_if_full(out):
                if file_format == "csv":
                    text_of(table).write_csv(out / f"{name}.csv")
                else:
                    table.write_parquet(out / f"{name}.parquet")
        rows = {name: table.height for name, table in tables.items()}
        manifest = {"synthetic": True, **asked, "rows": rows, "shares": shares(data)}
        (out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{out} cannot be written ({error.strerror}). Give a folder you may write to.") from None
    return rows


def tables_of(data: SynthData) -> dict[str, pl.DataFrame]:
    """Every file's rows by its name."""
    return {
        "ppse_household": data.ppse_household,
        "ppse_member": data.ppse_member,
        "dtsen_family": data.dtsen_family,
        "dtsen_person": data.dtsen_person,
        "truth_person": data.truth_person.rename({"person_id": "id_l", "dtsen_person_id": "id_r"}),
        "truth_household": data.truth_household.rename({"household_id": "id_l", "dtsen_family_id": "id_r"}),
        "consumption": data.hidden_consumption,
        "prior_recipient": data.prior_recipient,
        "truth_prior": data.truth_prior.rename({"person_id": "id_l", "prior_id": "id_r"}),
    }


def text_of(table: pl.DataFrame) -> pl.DataFrame:
    """The table as a spreadsheet shows it: whole amounts without a fraction, an undetermined desil in three ways."""
    floats = [name for name, kind in table.schema.items() if kind == pl.Float64]
    shown = table.with_columns(pl.col(floats).cast(pl.Int64))
    if "desil_nasional" in shown.columns:
        way = pl.int_range(pl.len()) % len(UNDETERMINED)
        missing = pl.when(way == 0).then(pl.lit(UNDETERMINED[0])).when(way == 1).then(pl.lit(UNDETERMINED[1]))
        shown = shown.with_columns(pl.col("desil_nasional").cast(pl.String).fill_null(missing))
    return shown


def shares(data: SynthData) -> dict[str, float]:
    """What the noise came to, over the true pairs: how much of a record both sources write alike."""
    pairs = data.truth_person.join(data.ppse_member, on="person_id").join(
        data.dtsen_person, on="dtsen_person_id", suffix="_dtsen"
    )
    same = {
        name: pl.col(name).eq(pl.col(f"{name}_dtsen")).fill_null(False) for name in ("nik", "nama", "tanggal_lahir")
    }
    cards = data.truth_household.join(data.ppse_household, on="household_id").join(
        data.dtsen_family, on="dtsen_family_id", suffix="_dtsen"
    )
    found = {
        "ppse_members_in_dtsen": data.truth_person.height / max(data.ppse_member.height, 1),
        "ppse_households_in_dtsen": data.truth_household.height / max(data.ppse_household.height, 1),
        "nik_missing_in_ppse": _mean(data.ppse_member, pl.col("nik").is_null()),
        **{f"{name}_same": _mean(pairs, expression) for name, expression in same.items()},
        "all_three_same": _mean(pairs, pl.all_horizontal(*same.values())),
        "no_kk_same": _mean(cards, pl.col("no_kk").eq(pl.col("no_kk_dtsen"))),
        "kode_desa_same": _mean(cards, pl.col("kode_desa").eq(pl.col("kode_desa_dtsen"))),
    }
    return {name: round(value, 4) for name, value in found.items()}


def _mean(frame: pl.DataFrame, expression: pl.Expr) -> float:
    """Share of rows for which it is true; 0 for no rows."""
    return float(frame.select(expression.mean()).item() or 0.0)
