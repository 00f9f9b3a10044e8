"""The first names of each district's list, for the screen."""

from __future__ import annotations

import polars as pl

from targeting.report.labels import Language, label
from targeting.report.sections import Section, number

SHOWN = 10


def sections(listing: pl.DataFrame, language: Language) -> list[Section]:
    """One table a district: rank, household, name, score and why, of the first ten on the list.

    `listing` is the store's candidate list, masked, reasons and what to verify in words.
    """
    columns = tuple(label(name, language) for name in ("place", "household", "name", "score", "reasons"))
    parts = []
    for district in listing.get_column("district").unique(maintain_order=True):
        rows = listing.filter(district=district)
        names = rows.get_column("nama_kabupaten_kota").drop_nulls()
        place = f"{district} {names[0]}" if len(names) else str(district)
        title = label("top", language) + ": " + place
        parts.append(Section(title, columns, tuple(_row(row) for row in rows.head(SHOWN).to_dicts()), (0, 3)))
    return parts


def _row(row: dict[str, object]) -> tuple[object, ...]:
    """One household of the list."""
    score = row["score"]
    why = "; ".join(str(part) for part in (row["reasons"], row["to_verify"]) if part)
    return (
        row["rank"],
        row["household_id"],
        row["nama_calon"] or row["nama_kepala_keluarga"],
        number(score if isinstance(score, float) else None),
        why,
    )
