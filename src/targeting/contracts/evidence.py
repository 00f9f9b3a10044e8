"""What the store keeps of a run so that its households can be judged again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl


@dataclass(frozen=True)
class Evidence:
    """A published run with all that its list was made of.

    run: the run's row, JSON columns as Python values. policy: the text of its policy file. households, members: PPSE
    rows as accepted. families, persons: of the DTSEN rows that links name what is judged by. household_link,
    person_link: as linked. prior: person_id, match_probability, years_ago; None without a list. model: household_id,
    p_poor, p_extreme of a proxy means test; None without one. unsure_births: person_id whose NIK and birth date
    disagree. assessment, candidate: as published.
    """

    run: Mapping[str, Any]
    policy: str
    households: pl.DataFrame
    members: pl.DataFrame
    families: pl.DataFrame
    persons: pl.DataFrame
    household_link: pl.DataFrame
    person_link: pl.DataFrame
    prior: pl.DataFrame | None
    model: pl.DataFrame | None
    unsure_births: pl.Series
    assessment: pl.DataFrame
    candidate: pl.DataFrame


@dataclass(frozen=True)
class ListFrames:
    """A list as it stands, for holding it against truth. No frame holds a NIK, KK number, name or birth date.

    run: the run's row. policy: the text of its policy file, None where an earlier version did not keep it. households:
    household_id, district, kecamatan, status, rank, score, desil, p_poor, p_extreme, nominee_disability. persons:
    person_id and household_id, sex (1 man, 2 woman), age, nik_missing, mononym, is_head, and codes of the functional
    items that the run has. person_link: person_id, dtsen_person_id, status. household_link: household_id,
    dtsen_family_id, status.
    """

    run: Mapping[str, Any]
    policy: str | None
    households: pl.DataFrame
    persons: pl.DataFrame
    person_link: pl.DataFrame
    household_link: pl.DataFrame
