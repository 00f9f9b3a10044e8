"""A survey's columns under the contract's names, its codes as meanings: so a survey teaches and PPSE is scored."""

from __future__ import annotations

import polars as pl

from targeting.contracts.codelists import code_list
from targeting.contracts.pmt_file import ColumnMap
from targeting.contracts.schemas import schema_of
from targeting.errors import ModelError
from targeting.poverty import cells


def mapped(frame: pl.DataFrame, column_map: ColumnMap) -> pl.DataFrame:
    """The frame with mapped columns renamed and their codes turned into meanings; other columns as they were.

    A code of no list is left as it stands in the file: as an unknown level it counts as missing. Raises ModelError for
    a column that is not there, a new name that is taken, or a coded column of which nobody says what its codes mean.
    """
    missing = [name for name in column_map.columns if name not in frame.columns]
    if missing:
        raise ModelError(f"the file has no column '{missing[0]}', which the column map names. Correct the map.")
    taken = [new for old, new in column_map.columns.items() if new != old and new in frame.columns]
    left = [new for new in taken if new not in column_map.columns]
    if left:
        raise ModelError(
            f"the column map calls another column '{left[0]}', and the file has one of that name. Map that one too."
        )
    renamed = frame.rename(column_map.columns)
    return renamed.with_columns(
        _meanings(renamed[name], column_map) for name in column_map.columns.values() if coded_by(name) is not None
    )


def coded_by(column: str) -> str | None:
    """The code list of a contract's household column, None if it holds no codes."""
    field = schema_of("ppse-household").fields.get(column)
    return None if field is None else field.code_list


def lists_of(column_map: ColumnMap) -> dict[str, str]:
    """The code list of each mapped column that holds codes."""
    return {name: found for name in column_map.columns.values() if (found := coded_by(name)) is not None}


def _meanings(series: pl.Series, column_map: ColumnMap) -> pl.Series:
    """A coded column as words."""
    own = column_map.codes.get(series.name)
    if own is None and column_map.code_lists is None:
        raise ModelError(
            f"the column map does not say what the codes of '{series.name}' mean. Add 'code_lists', or 'codes' for it."
        )
    if own is None:
        known = code_list(coded_by(series.name) or "", column_map.code_lists or "").meanings
        own = {str(code): meaning for code, meaning in known.items()}
    text = cells.plain_text(series)
    return text.replace_strict(own, default=text, return_dtype=pl.String).alias(series.name)


def in_words(frame: pl.DataFrame, columns: tuple[str, ...], version: str) -> pl.DataFrame:
    """A contract's frame with the named columns' codes as meanings of that version of the code lists."""
    expressions = []
    for name in columns:
        listed = coded_by(name)
        if listed is not None:
            meanings = code_list(listed, version).meanings
            codes = pl.col(name).cast(pl.Int64)
            expressions.append(codes.replace_strict(meanings, default=None, return_dtype=pl.String).alias(name))
    return frame.with_columns(expressions)
