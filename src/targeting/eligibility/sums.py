"""Sums across columns whose last digit does not depend on the machine."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import add

import polars as pl


def added(terms: Iterable[pl.Expr]) -> pl.Expr:
    """The sum of at least one term a row, added from the first to the last; null where a term is null.

    `pl.sum_horizontal` shares the columns out among threads and adds what each has found: fractions added in another
    order differ in their last digit, and a list made on another machine would not be the same to the byte.
    """
    return reduce(add, terms)
