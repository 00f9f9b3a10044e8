"""Counts that may be published: households by subdistrict and status, small ones withheld so that no sum tells them.

A count from 1 to below the smallest that may be shown is withheld. What is left could give it away by subtraction, so
further counts and totals are withheld until the least and the greatest value that fit everything published lie at
least that smallest number apart, for every small count. Both bounds are found by linear programming, exactly.
"""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl

from targeting.store.connection import frame
from targeting.vocabulary import CandidateStatus

SMALLEST = 5
"""Counts below it are withheld: what statistical offices use where nothing else is laid down."""
STATUSES = tuple(str(status) for status in CandidateStatus)
TOTAL = "total"

_COUNTS = """
    SELECT candidate.district, coalesce(household.kode_kecamatan, '-') AS kecamatan,
        min(household.nama_kecamatan) AS nama_kecamatan, candidate.status, count(*) AS households
    FROM current_candidate AS candidate LEFT JOIN household USING (run_id, household_id)
    WHERE candidate.run_id = ? AND (? IS NULL OR candidate.district = ?)
    GROUP BY ALL ORDER BY ALL"""


def public_counts(con: duckdb.DuckDBPyConnection, run_id: str, district: str | None, smallest: int) -> pl.DataFrame:
    """district, kecamatan, nama_kecamatan, a count a status and their total; a row `total` a district.

    A count that is withheld is null, and `withheld` names its column.
    """
    counted = frame(con, _COUNTS, [run_id, district, district])
    parts = []
    for part in counted.partition_by("district", maintain_order=True):
        names = part.group_by("kecamatan", maintain_order=True).agg(pl.col("nama_kecamatan").drop_nulls().first())
        cells = np.zeros((names.height, len(STATUSES)), dtype=np.int64)
        rows = {code: place for place, code in enumerate(names["kecamatan"])}
        for row in part.iter_rows(named=True):
            cells[rows[row["kecamatan"]], STATUSES.index(row["status"])] = row["households"]
        told = with_totals(cells)
        parts.append(_shown(part["district"][0], names, told, withheld(told, smallest)))
    return pl.concat(parts) if parts else _shown("", pl.DataFrame({"kecamatan": [], "nama_kecamatan": []}), None, None)


def with_totals(cells: np.ndarray) -> np.ndarray:
    """The counts with a last column and a last row of totals."""
    wide = np.column_stack([cells, cells.sum(axis=1)])
    return np.vstack([wide, wide.sum(axis=0)])


def withheld(told: np.ndarray, smallest: int) -> np.ndarray:
    """True where a count is not to be shown; `told` has its totals in the last row and column."""
    small = (told > 0) & (told < smallest)
    hidden = small.copy()
    while True:
        open_ones = [place for place in zip(*np.nonzero(small), strict=True) if width(told, hidden, place) < smallest]
        more = [found for place in open_ones if (found := _next(told, hidden, place)) is not None]
        if not more:
            return hidden
        for place in more:
            hidden[place] = True


def width(told: np.ndarray, hidden: np.ndarray, place: tuple[int, ...]) -> float:
    """How far apart the least and the greatest value are that one count may have, by all that is shown."""
    from scipy.optimize import linprog  # noqa: PLC0415  (for this profile only)

    shape = (told.shape[0] - 1, told.shape[1] - 1)
    known = [(_sum_of(shape, shown), told[shown]) for shown in zip(*np.nonzero(~hidden), strict=True)]
    goal = _sum_of(shape, place)
    left = np.array([row for row, _ in known]) if known else None
    right = np.array([value for _, value in known], dtype=float) if known else None
    ends = [linprog(sign * goal, A_eq=left, b_eq=right, bounds=(0, None), method="highs") for sign in (1, -1)]
    low, high = (end.fun if end.status == 0 else -np.inf for end in ends)
    return float(-high - low)


def _sum_of(shape: tuple[int, int], place: tuple[int, ...]) -> np.ndarray:
    """Which cells a figure is the sum of: itself, its row, its column, or all of them."""
    of = np.zeros(shape)
    row, column = place
    of[row if row < shape[0] else slice(None), column if column < shape[1] else slice(None)] = 1
    return of.ravel()


def _next(told: np.ndarray, hidden: np.ndarray, place: tuple[int, ...]) -> tuple[int, int] | None:
    """The smallest count still shown beside the given one: in its row or column, a cell before a total, any at last."""
    row, column = place
    last = (told.shape[0] - 1, told.shape[1] - 1)
    shown = [(int(r), int(c)) for r, c in zip(*np.nonzero(~hidden), strict=True)]
    if not shown:
        return None

    def cost(one: tuple[int, int]) -> tuple[bool, bool, bool, int, tuple[int, int]]:
        beside = one[0] == row or one[1] == column
        return not beside, told[one] == 0, one[0] == last[0] or one[1] == last[1], int(told[one]), one

    return min(shown, key=cost)


def _shown(district: str, names: pl.DataFrame, told: np.ndarray | None, hidden: np.ndarray | None) -> pl.DataFrame:
    """One district's rows."""
    columns = (*STATUSES, TOTAL)
    rows = []
    if told is not None and hidden is not None:
        places = [*names.rows(), (TOTAL, None)]
        for (code, name), values, gone in zip(places, told.tolist(), hidden.tolist(), strict=True):
            seen = {c: None if out else v for c, v, out in zip(columns, values, gone, strict=True)}
            lost = "; ".join(c for c, out in zip(columns, gone, strict=True) if out)
            rows.append({"district": district, "kecamatan": code, "nama_kecamatan": name, **seen, "withheld": lost})
    texts = ("district", "kecamatan", "nama_kecamatan")
    schema = dict.fromkeys(texts, pl.String()) | dict.fromkeys(columns, pl.Int64()) | {"withheld": pl.String()}
    return pl.DataFrame(rows, schema=schema)
