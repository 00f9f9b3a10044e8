"""The SQL of the linkage, a named statement a step, in the subset that DuckDB and Spark share.

Tables of a step: `l` and `r` are the encoded sides (rid and each comparison's columns), `l_key` and `r_key` the
blocking keys (key, rid), `r_identifier` an identifier of all right records. A step can be done on parts of the right
side, each with its own keys and pairs, and the results put together.
"""

from __future__ import annotations

from dataclasses import dataclass

from targeting.linkage.pattern import PatternSpace


@dataclass(frozen=True)
class Pairs:
    """What `candidate_pairs` means."""

    first: int
    last: int
    left_key: str
    distinct_ids: bool


@dataclass(frozen=True)
class Patterns:
    """What `agreement_patterns` means."""

    left: str
    pairs: str
    compared: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Completed:
    """What `completed_patterns` means."""

    late: tuple[int, ...]


@dataclass(frozen=True)
class RightRecords:
    """What `right_records` means."""


@dataclass(frozen=True)
class PatternCounts:
    """What `pattern_counts` means."""

    of: Step


@dataclass(frozen=True)
class Best:
    """What `weighed` means."""

    cut: float
    keep: int


@dataclass(frozen=True)
class EqualIdentifier:
    """What `equal_identifier` means."""

    column: str


@dataclass(frozen=True)
class Table:
    """What `table` means."""

    name: str


Meaning = Pairs | RightRecords | Patterns | Completed | PatternCounts | Best | EqualIdentifier | Table


@dataclass(frozen=True)
class Step:
    """One SELECT, the name of the table it makes, what it means (for an engine that does not read SQL; None where
    nothing but the SQL says it), and how results of parts of the right side, in table `part`, become one (empty where
    they are its rows).
    """

    name: str
    sql: str
    means: Meaning | None = None
    together: str = ""


def table(name: str) -> Step:
    """All rows of a table."""
    return Step(name, f"SELECT * FROM {name}", Table(name))


def candidate_pairs(first: int, last: int, left_key: str = "l_key", distinct_ids: bool = False) -> Step:
    """Pairs that share a blocking key, each once, of left records first <= rid < last.

    With `distinct_ids` both sides come from one file: a record does not meet itself.
    """
    other = "WHERE l.rid <> r.rid" if distinct_ids else ""
    return Step(
        "pair",
        f"""
        SELECT DISTINCT
            l.rid AS rl,
            r.rid AS rr
        FROM (
        SELECT
            key,
            rid
        FROM {left_key}
        WHERE rid >= {first} AND rid < {last}
        ) AS l
        JOIN r_key AS r ON l.key = r.key
        {other}
        """,
        Pairs(first, last, left_key, distinct_ids),
    )


def right_records() -> Step:
    """rr of the right records that the pairs hold, each once."""
    return Step("right_record", "SELECT DISTINCT rr FROM pair", RightRecords())


def pairs_by_record() -> Step:
    """How many pairs each left record has."""
    return Step(
        "by_record",
        "SELECT rl, CAST(count(*) AS BIGINT) AS pairs FROM pair GROUP BY rl",
        together="SELECT rl, CAST(sum(pairs) AS BIGINT) AS pairs FROM part GROUP BY rl",
    )


def agreement_patterns(space: PatternSpace, left: str = "l", pairs: str = "pair") -> Step:
    """rl, rr, pattern of each pair: every similarity once, then one integer."""
    everything = tuple(range(len(space.digits)))
    return Step("patterned", _compared(space, everything, left, f"{pairs} AS p"), Patterns(left, pairs))


def early_patterns(space: PatternSpace, late: tuple[int, ...]) -> Step:
    """rl, rr, pattern of each pair, the digits at the positions `late` left at 0."""
    early = tuple(i for i in range(len(space.digits)) if i not in late)
    return Step("early", _compared(space, early, "l", "pair AS p"), Patterns("l", "pair", early))


def completed_patterns(space: PatternSpace, late: tuple[int, ...]) -> Step:
    """rl, rr, pattern of the pairs of `early` whose pattern `promising` lists, the digits at `late` filled in."""
    pairs = """early AS p
        JOIN promising AS w ON w.pattern = p.pattern"""
    return Step("patterned", _compared(space, late, "l", pairs, "p.pattern"), Completed(late))


def _compared(space: PatternSpace, compared: tuple[int, ...], left: str, pairs: str, begun: str = "") -> str:
    """SQL of the pattern of some comparisons, on top of a pattern that was begun."""
    hoisted = [f"{sql} AS {name}" for i in compared for name, sql in space.digits[i].comparison.hoisted().items()]
    hoisted += [f"{begun} AS begun"] if begun else []
    separator = ",\n            "
    return f"""
        WITH side_by_side AS (
        SELECT
            p.rl,
            p.rr,
            {separator.join(hoisted)}
        FROM {pairs}
        JOIN r ON r.rid = p.rr
        JOIN {left} AS l ON l.rid = p.rl
        )
        SELECT
            rl,
            rr,
            {"begun + " if begun else ""}{space.sql(compared)} AS pattern
        FROM side_by_side
        """


def pattern_counts(of: Step) -> Step:
    """Pairs by pattern."""
    return Step(
        "pattern_count",
        f"""
        SELECT
            pattern,
            CAST(count(*) AS BIGINT) AS pairs
        FROM ({of.sql})
        GROUP BY pattern
        """,
        PatternCounts(of),
        "SELECT pattern, CAST(sum(pairs) AS BIGINT) AS pairs FROM part GROUP BY pattern",
    )


def weighed(cut: float, keep: int) -> Step:
    """The `keep` best pairs of each left record whose weight reaches `cut`, ties by rr."""
    reach = f"""
        SELECT
            p.rl,
            p.rr,
            p.pattern,
            w.weight
        FROM patterned AS p
        JOIN pattern_weight AS w ON w.pattern = p.pattern
        WHERE w.weight >= {cut!r}
        """
    return Step("weighed", _best(reach, keep), Best(cut, keep), _best("SELECT * FROM part", keep))


def _best(pairs: str, keep: int) -> str:
    """SQL of the `keep` best of some pairs of each left record."""
    return f"""
        SELECT
            rl,
            rr,
            pattern,
            weight
        FROM (
        SELECT
            *,
            row_number() OVER (PARTITION BY rl ORDER BY weight DESC, rr) AS place
        FROM ({pairs})
        )
        WHERE place <= {keep}
        """


def equal_identifier(column: str) -> Step:
    """Pairs whose identifier is equal and stands once on the right."""
    return Step(
        "pair",
        f"""
        SELECT
            l.rid AS rl,
            u.rid AS rr
        FROM l
        JOIN (
        SELECT
            {column} AS v,
            min(rid) AS rid
        FROM r_identifier
        WHERE {column} <> 0
        GROUP BY {column}
        HAVING count(*) = 1
        ) AS u ON l.{column} = u.v
        """,
        EqualIdentifier(column),
    )
