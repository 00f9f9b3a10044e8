"""Comparisons of Splink 5 as an expert would choose them for persons.

Edit distances are Levenshtein: an exchange of two digits counts two, and DuckDB is eight times faster at it than at
Damerau-Levenshtein.
"""

from __future__ import annotations

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink.internals.comparison_creator import ComparisonCreator


def custom(sql: str, label: str | None = None) -> cll.CustomLevel:
    """A level of its own condition, written for DuckDB; Splink says it in the words of another engine."""
    return cll.CustomLevel(sql, label, base_dialect_str="duckdb")


def words_agree(column: str) -> ComparisonCreator:
    """A name of several words: equal, equal words in another order, alike, the shorter begins or ends the longer,
    first or last word equal, first letters equal, no agreement. Term frequencies act on the equal name.

    Levels on lists of words (`list_intersect`) were tried: half as much time again, the same F1.
    """
    left, right, in_order = f"{column}_l", f"{column}_r", f"{column}_in_order"
    begins = f"starts_with({left}, {right} || ' ') OR starts_with({right}, {left} || ' ')"
    ends = f"ends_with({left}, ' ' || {right}) OR ends_with({right}, ' ' || {left})"
    first_word = f"{column}_first_l = {column}_first_r"
    last_word = f"{column}_last_l = {column}_last_r"
    levels = [
        cll.NullLevel(column),
        cll.ExactMatchLevel(column, term_frequency_adjustments=True),
        custom(f"{in_order}_l = {in_order}_r", "same words"),
        cll.JaroWinklerLevel(column, 0.94),
        custom(f"{begins} OR {ends}", "words left out"),
        cll.JaroWinklerLevel(in_order, 0.92),
        cll.JaroWinklerLevel(column, 0.88),
        custom(f"{first_word} OR {last_word}", "first or last word"),
        cll.JaroWinklerLevel(column, 0.78),
        custom(f"left({left}, 1) = left({right}, 1)", "first letter"),
        cll.ElseLevel(),
    ]
    return cl.CustomComparison(levels, output_column_name=column)


def surname_agrees(column: str) -> ComparisonCreator:
    """A single name: equal, Jaro-Winkler .92, .85 and .75, else. Term frequencies act on the equal name."""
    return cl.NameComparison(column, jaro_winkler_thresholds=[0.92, 0.88, 0.75])


def dates_agree(column: str) -> ComparisonCreator:
    """Birth date as ISO text: known parts equal (00 is unknown), equal, one digit off, day and month exchanged, a
    placeholder of about the year, day and month equal, year and month, year, two years off, else."""
    left, right = f"{column}_l", f"{column}_r"
    year, month, day = (f"substr({left}, {a}, {n}) = substr({right}, {a}, {n})" for a, n in ((1, 4), (6, 2), (9, 2)))
    crossed = f"substr({left}, 6, 2) = substr({right}, 9, 2) AND substr({left}, 9, 2) = substr({right}, 6, 2)"
    gap = f"abs(try_cast(substr({left}, 1, 4) AS INT) - try_cast(substr({right}, 1, 4) AS INT))"
    holders = "('01-01', '12-31', '07-01')"
    unknown = f"({left} LIKE '%-00' OR {right} LIKE '%-00') AND {year}"
    month_known = f"{left} NOT LIKE '%-00-00' AND {right} NOT LIKE '%-00-00'"
    levels = [
        cll.NullLevel(column),
        custom(f"{unknown} AND {month_known} AND {month}", "year and month, day unknown"),
        custom(f"{unknown} AND NOT ({month_known})", "year, the rest unknown"),
        cll.ExactMatchLevel(column),
        custom(f"levenshtein({left}, {right}) <= 1", "one digit"),
        custom(f"{year} AND {crossed}", "day and month exchanged"),
        custom(f"(right({left}, 5) IN {holders} OR right({right}, 5) IN {holders}) AND {gap} <= 1", "placeholder"),
        custom(f"{month} AND {day}", "day and month"),
        custom(f"{year} AND {month}", "year and month"),
        custom(year, "year"),
        custom(f"{gap} <= 2", "two years"),
        cll.ElseLevel(),
    ]
    return cl.CustomComparison(levels, output_column_name=column)


def full_dates_agree(column: str) -> ComparisonCreator:
    """`dates_agree` for a column without unknown parts and placeholders: levels never seen would stay untrained."""
    levels = dates_agree(column).create_comparison_levels()
    unwanted = {"year and month, day unknown", "year, the rest unknown", "placeholder"}
    return cl.CustomComparison(
        [level for level in levels if level.create_label_for_charts() not in unwanted], output_column_name=column
    )


def years_agree(column: str) -> ComparisonCreator:
    """Year of birth: equal, one, two, five or ten years off."""
    levels = [
        cll.NullLevel(column),
        cll.ExactMatchLevel(column),
        *[cll.AbsoluteDifferenceLevel(column, years) for years in (1, 2, 5, 10)],
        cll.ElseLevel(),
    ]
    return cl.CustomComparison(levels, output_column_name=column)


def number_agrees(column: str) -> ComparisonCreator:
    """An identity number: equal (with term frequencies: dummies weigh nothing), one or two digits off, else."""
    return cl.LevenshteinAtThresholds(column, [1, 2]).configure(term_frequency_adjustments=True)


def text_agrees(column: str) -> ComparisonCreator:
    """An address: equal with term frequencies, Jaro-Winkler .95 and .88, else."""
    return cl.JaroWinklerAtThresholds(column, [0.95, 0.88]).configure(term_frequency_adjustments=True)


def code_agrees(column: str) -> ComparisonCreator:
    """A category: equal with term frequencies, or not."""
    return cl.ExactMatch(column).configure(term_frequency_adjustments=True)


def village_agrees(column: str) -> ComparisonCreator:
    """A dotted region code: the village, the district, the regency, else."""
    levels = [
        cll.NullLevel(column),
        cll.ExactMatchLevel(column, term_frequency_adjustments=True),
        custom(f"left({column}_l, 8) = left({column}_r, 8)", "kecamatan"),
        custom(f"left({column}_l, 5) = left({column}_r, 5)", "kabupaten"),
        cll.ElseLevel(),
    ]
    return cl.CustomComparison(levels, output_column_name=column)


def place_agrees(column: str, parish: str) -> ComparisonCreator:
    """An address within a parish: equal (with term frequencies), alike in the same parish, the parish alone, else."""
    same_parish = f"{parish}_l = {parish}_r"
    levels = [
        cll.NullLevel(column),
        cll.And(cll.ExactMatchLevel(column, term_frequency_adjustments=True), custom(same_parish)),
        cll.And(custom(same_parish), cll.JaroWinklerLevel(column, 0.92)),
        custom(same_parish, "same parish"),
        cll.ElseLevel(),
    ]
    return cl.CustomComparison(levels, output_column_name=column)
