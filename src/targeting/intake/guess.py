"""Guesses which contract a file is of and which column is which field, from its headers and first rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from typing import Literal

import polars as pl

from targeting.contracts.config import Source
from targeting.contracts.fields import Coded, Identifier, Region
from targeting.contracts.guess import ColumnGuess, FileGuess, Ground
from targeting.contracts.schemas import Field, Schema, schema_of
from targeting.intake import clean
from targeting.intake.headers import name_columns, normalise, tellable
from targeting.intake.known_names import KNOWN, simplified
from targeting.intake.reading import reading_of
from targeting.intake.sample import Sample

Order = Literal["dmy", "mdy", "ymd"]

ORDERS: tuple[Order, Order] = ("dmy", "mdy")
SIMILAR_FROM = 0.87
"""Ratio of common letters from which two names are taken for one: one letter in eight may differ."""
SHORTEST_SIMILAR = 6
FEWEST_VALUES = 5
"""With fewer values nothing is said by them."""
NUMBERED = re.compile(r"^(?:[a-z]{1,3}_?)?\d+[a-z]?[_.)-]+")
"""The number of a question before its name, in a name as contracts spell them."""
SURE, DOUBTFUL = 0.9, 0.5
"""Shares of readable values: from the first a column is known by its values, below the second its name is doubted."""
WANTED = ("nik", "no_kk", "tanggal_lahir", "id_jenis_kelamin", "id_hub_kepala_keluarga", "kode_desa", "alamat")
"""What links and gates use beyond the needed fields."""
BY_KK = {"ppse-household": "household_id", "ppse-member": "household_id", "dtsen-person": "no_kk"}
"""What a KK number is taken for where a file has no id of the home; DTSEN's intake makes its family id of it."""
LOOKED_AT = 2_000
"""Rows whose values are held against the fields."""


@dataclass(frozen=True)
class Looked:
    """A table with its columns named as contracts spell names, its header cells by those names, and how it is read.

    `frame` has the rows whose values are looked at, `named` all of the sample's; `stems` the columns' names without the
    numbers of questions before them; `counts` is what was counted so far.
    """

    named: pl.DataFrame
    frame: pl.DataFrame
    headers: Mapping[str, str]
    source: Source
    stems: Mapping[str, str] = field(default_factory=dict)
    counts: dict[tuple[object, ...], tuple[int, int]] = field(default_factory=dict)


def looked(sample: Sample) -> Looked:
    """The table, ready to be held against contracts.

    Raises InputFileError for a table without a header, or with two columns of one name.
    """
    named = name_columns(sample.table, {}, sample.path.name)
    headers = {normalise(cell): cell for cell in sample.table.header if normalise(cell) in named.columns}
    source = Source(path=sample.path, dates=_order(named))
    return Looked(named, named.select(list(headers)).head(LOOKED_AT), headers, source, stems(list(headers)))


def stems(names: Sequence[str]) -> dict[str, str]:
    """Names without the question's number before them (r203_nama, 4._nik), by name.

    Only where nearly all have one and no two are alike without it: art1_nama and art2_nama are two persons.
    """
    found = {name: NUMBERED.sub("", name, count=1) for name in names}
    numbered = sum(stem != name for name, stem in found.items())
    alike = len(set(found.values())) < len(names) or "" in found.values()
    return {name: name for name in names} if alike or numbered < SURE * len(names) else found


def guess(sample: Sample, contract: str, look: Looked | None = None) -> FileGuess:
    """The table as a file of that contract: its columns, what is missing, what is doubtful; raises as `looked`."""
    schema, look = schema_of(contract), look or looked(sample)
    found = _by_name(look, schema)
    believed = [one for one in found if one.ground is Ground.SAME or _believable(one)]
    believed += _by_values(look, schema, believed)
    believed += _by_kk(look, schema, believed)
    there = {one.field for one in believed}
    used = {one.column for one in believed}
    return FileGuess(
        path=sample.path,
        sheet=sample.sheet,
        contract=contract,
        columns=tuple(believed),
        missing=tuple(sorted(needed(schema, there) - there)),
        absent=tuple(name for name in wanted(schema, there) if name not in there | needed(schema, there)),
        unused=tuple(
            told
            for cell, told in zip(sample.table.header, tellable(sample.table.header), strict=True)
            if cell.strip() and cell not in used
        ),
        doubted=tuple(one for one in found if not _believable(one)),
        dates=look.source.dates,
        rows=look.named.height,
        whole=sample.whole,
        districts=_districts(look.named, {one.field: normalise(one.column) for one in believed}),
    )


def wanted(schema: Schema, there: set[str]) -> list[str]:
    """Fields that links and gates use; those of the head only of a household file that has heads."""
    left_out = schema.person_fields if "nama" not in there else ()
    return [name for name in WANTED if name in schema.fields and name not in left_out]


def needed(schema: Schema, there: set[str]) -> set[str]:
    """Fields that a file of the contract must have, beside what can be made of others."""
    required = {field.name for field in schema.fields.values() if field.required}
    made = {"kode_kabupaten_kota"} if {"kode_kecamatan", "kode_desa"} & there else set()
    if schema.record_id != "household_id" or "nama" in there:
        made.add(schema.record_id)
    if schema.family_id == "dtsen_family_id" and "no_kk" in there:
        made.add("dtsen_family_id")
    return required - made


def _by_name(look: Looked, schema: Schema) -> list[ColumnGuess]:
    """Columns by name: the contract's own names first, then known ones, then similar ones; each column once."""
    free, found = dict(look.headers), list[ColumnGuess]()
    for ground in (Ground.SAME, Ground.KNOWN, Ground.SIMILAR):
        for item in schema.fields.values():
            if any(one.field == item.name for one in found):
                continue
            fitting = [name for name in free if _named(look, name, item.name, ground)]
            counted = [_counted(look, name, item, ground, schema) for name in fitting]
            if counted:
                # KECAMATAN may hold names and KD_KEC codes: the one whose values fit.
                at = max(range(len(counted)), key=lambda place: (counted[place].share or 0.0, -place))
                found.append(counted[at])
                del free[fitting[at]]
    return found


def fits(name: str, field: str, ground: Ground) -> bool:
    """Whether a column's name names the field, on that ground."""
    if ground is Ground.SAME:
        return name == field
    short, own = simplified(name), simplified(field.removeprefix("id_"))
    if ground is Ground.KNOWN:
        return short in KNOWN.get(field, ()) or short in (own, simplified(field))
    names = (own, *KNOWN.get(field, ()))
    return any(min(len(short), len(name)) >= SHORTEST_SIMILAR and _similar(short, name) for name in names)


def _named(look: Looked, name: str, field: str, ground: Ground) -> bool:
    """Whether a column's name names the field, with or without a question's number before it."""
    return fits(name, field, ground) or (ground is not Ground.SAME and fits(look.stems[name], field, ground))


@cache
def _similar(one: str, other: str) -> bool:
    """Whether two names share nearly all of their letters."""
    matcher = SequenceMatcher(None, one, other)
    return matcher.real_quick_ratio() >= SIMILAR_FROM and matcher.ratio() >= SIMILAR_FROM


def _by_values(look: Looked, schema: Schema, found: list[ColumnGuess]) -> list[ColumnGuess]:
    """Fields without a column whose form no other value has: identifiers, dates of birth, region codes."""
    more: list[ColumnGuess] = []
    for item in schema.fields.values():
        if not _recognisable(item) or item.name in {one.field for one in found}:
            continue
        taken = {one.column for one in (*found, *more)}
        counted = [
            _counted(look, name, item, Ground.VALUES, schema)
            for name, cell in look.headers.items()
            if cell not in taken and _looks_like(look.frame[name], item)
        ]
        sure = [one for one in counted if one.filled >= FEWEST_VALUES and one.readable >= SURE * one.filled]
        if len(sure) == 1:
            more.append(sure[0])
    return more


def _recognisable(item: Field) -> bool:
    """Whether values alone tell the field."""
    return item.name == "tanggal_lahir" or item.marker(Identifier) is not None or item.marker(Region) is not None


def _looks_like(values: pl.Series, item: Field) -> bool:
    """Forms that would be read as the field though they are other things are left out: numbers as dates, as codes."""
    text = values.drop_nulls()
    if not text.len():
        return False
    if item.name == "nik":
        return text.n_unique() > SURE * text.len()
    mark = r"[-/. ]" if item.name == "tanggal_lahir" else r"\." if item.marker(Region) is not None else r"\d{16}"
    return bool(text.str.contains(mark).mean() >= SURE)  # type: ignore[operator]


def _by_kk(look: Looked, schema: Schema, found: list[ColumnGuess]) -> list[ColumnGuess]:
    """The KK number in the place of an id that is not there: both files of a pair then find each other by it."""
    there = {one.field: one for one in found}
    if schema.name not in BY_KK or schema.family_id in there:
        return []
    own, target = there.get("no_kk"), BY_KK[schema.name]
    if own is None:
        item = schema_of("dtsen-family").fields["no_kk"]
        name = next(
            (n for n in look.headers if any(_named(look, n, "no_kk", g) for g in (Ground.SAME, Ground.KNOWN))), None
        )
        own = None if name is None else _counted(look, name, item, Ground.KK, schema)
    if own is None or not _believable(own):
        return []
    ground = Ground.SAME if target == normalise(own.column) else Ground.KK
    return [ColumnGuess(target, own.column, ground, own.filled, own.readable)]


def _counted(look: Looked, name: str, item: Field, ground: Ground, schema: Schema) -> ColumnGuess:
    """The guess with how many values there are, and how many can be read as the field."""
    coded = item.marker(Coded)
    # Contracts share most of their fields: what was counted for one holds for the others.
    what = (name, item.type, item.limits, schema.code_lists if coded else "")
    if what not in look.counts:
        read = look.frame.select(pl.col(name).alias(item.name)).select(read=reading_of(item, look.source))["read"]
        value, problem = read.struct.field("value"), read.struct.field("problem")
        good = value.is_in(list(coded.codes(schema.code_lists))) if coded else value.is_not_null()
        filled = (value.is_not_null() | problem.is_not_null()).sum()
        look.counts[what] = int(filled), int(good.fill_null(value=False).sum())
    filled, readable = look.counts[what]
    return ColumnGuess(item.name, look.headers[name], ground, filled, readable)


def _believable(one: ColumnGuess) -> bool:
    """Whether the values do not contradict the name."""
    return one.filled < FEWEST_VALUES or one.readable >= DOUBTFUL * one.filled


def _order(frame: pl.DataFrame) -> Order:
    """The order of day and month by which more dates of birth can be read; the usual one if both are as good."""
    name = next((n for n in frame.columns if fits(n, "tanggal_lahir", Ground.KNOWN)), None)
    if name is None:
        return "dmy"
    read = {order: clean.clean_date(pl.col(name), order).count() for order in ORDERS}
    counts = frame.select(**read).row(0)
    return "mdy" if counts[1] > counts[0] else "dmy"


def _districts(frame: pl.DataFrame, columns: dict[str, str]) -> dict[str, int]:
    """Rows by district, from the district's own code or the beginning of a finer one."""
    finer = (("kode_kabupaten_kota", 4), ("kode_kecamatan", 6), ("kode_desa", 10))
    name, digits = next(((columns[field], digits) for field, digits in finer if field in columns), (None, 0))
    if name is None:
        return {}
    codes = frame.select(code=clean.clean_region_code(pl.col(name), digits).str.slice(0, 5)).drop_nulls()
    counted = codes.group_by("code").agg(rows=pl.len()).sort(-pl.col("rows").cast(pl.Int64), "code")
    return {code: int(rows) for code, rows in counted.iter_rows()}
