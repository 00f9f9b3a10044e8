"""What a rule is. To add one, write a function like those beside this file; it then applies to every file that has
the columns it needs, and its name stands in every report.

    @finds(Severity.WARNING, "tanggal_lahir", indonesian="usia lebih dari 110 tahun", english="age above 110 years")
    def person_is_older_than_110(context: RuleContext) -> pl.Expr:
        return age(context) > 110
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from targeting.intake.context import RuleContext
from targeting.vocabulary import Severity

FAMILY = "family_id"
"""The family of a row while rules run, as a number, whatever the file calls it."""

RuleFunction = Callable[[RuleContext], pl.Expr]


@dataclass(frozen=True)
class Rule:
    """A finding that an expression makes: true where it applies; null counts as false."""

    name: str
    severity: Severity
    field: str
    needs: frozenset[str]
    blanks: bool
    across: bool
    among: pl.Expr | None
    message_id: str
    message_en: str
    found: RuleFunction

    def rows(self, frame: pl.LazyFrame, context: RuleContext) -> pl.LazyFrame:
        """The numbers of the rows to which the rule applies: row_number."""
        looked_at = frame if self.among is None else frame.filter(self.among)
        return looked_at.filter(self.found(context)).select("row_number")

    def applies_to(self, columns: set[str]) -> bool:
        """Whether a file with these columns can be judged by this rule."""
        return self.needs <= columns


RULES: list[Rule] = []
"""Every rule, in the order of its definition."""


def finds(
    severity: Severity,
    field: str,
    *,
    indonesian: str,
    english: str,
    also: tuple[str, ...] = (),
    among: pl.Expr | None = None,
    blanks: bool = False,
    across: bool = False,
) -> Callable[[RuleFunction], RuleFunction]:
    """Register the function as a rule on `field`, which needs that column and those in `also`.

    `among` picks the rows that the rule looks at, for a rule too costly to look at all. `blanks` empties the field
    where the rule applies, before the rules that do not blank look at it. `across` says that it holds rows of different
    families against each other, so that a large file, judged some families at a time, is judged by it at the end.
    """

    def register(found: RuleFunction) -> RuleFunction:
        needs = frozenset({field, *also})
        RULES.append(Rule(found.__name__, severity, field, needs, blanks, across, among, indonesian, english, found))
        return found

    return register
