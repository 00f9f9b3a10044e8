"""One model that Splink and `targeting` can both hold: levels that both can say, m and u given, no training.

Names and addresses by Jaro-Winkler of their letters, dates by digits, numbers by digits that differ, villages by their
parents, sex by equality. No term frequencies, no housemates, comparisons independent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from sets.base import Files
from targeting.contracts.linkage import ColumnType, LinkSpec
from targeting.contracts.linkage_file import load_spec
from targeting.linkage import comparisons
from targeting.linkage.blocking import rule_keys
from targeting.linkage.comparisons.base import Case, Counted, Encoded, Frequencies, encoded, grouped
from targeting.linkage.comparisons.codes import distinct, text_codes
from targeting.linkage.comparisons.dates import LOWEST_BITS, DateComparison
from targeting.linkage.comparisons.identifiers import IdentifierComparison
from targeting.linkage.comparisons.letters import bounded_jaro_winkler, letter_columns
from targeting.linkage.comparisons.names import NameComparison
from targeting.linkage.comparisons.places import CategoryComparison, RegionComparison, TextComparison
from targeting.linkage.engines.duckdb import DuckDbEngine
from targeting.linkage.link import patterns
from targeting.linkage.model import Group, Model
from targeting.linkage.prepare import SIDES, Prepared, prepare
from targeting.standardise.text import address_text

RULES = (
    "nik.full",
    "nama.first & tanggal_lahir.month",
    "nama.full & tanggal_lahir.year",
    "tanggal_lahir.full & id_jenis_kelamin.full",
    "kode_desa.full & nama.first",
)
"""Rules of one key a record, which Splink can block on as columns."""
CUT = -7.0
"""Weight from which pairs are kept."""
RANDOM_PAIRS = 200_000
PRIOR = 0.8


@dataclass(frozen=True)
class PlainName(NameComparison):
    """A name by its letters: equal, Jaro-Winkler .92, .84, else."""

    levels = ("missing", "different", "similar", "very similar", "equal")
    slopes = (0.0,) * 5
    exact_level = 4
    prior_m = (0.03, 0.05, 0.12, 0.8)

    def hoisted(self) -> dict[str, str]:
        c = self.name
        return {f"{c}_missing": f"l.{c}_f = 0 OR r.{c}_f = 0", f"{c}_jw": bounded_jaro_winkler(c, 0.84)}

    def cases(self) -> list[Case]:
        c = self.name
        at_least = [Case(4, f"{c}_jw >= 1.0"), Case(3, f"{c}_jw >= 0.92"), Case(2, f"{c}_jw >= 0.84")]
        return [Case(0, f"{c}_missing"), *at_least]


@dataclass(frozen=True)
class PlainText(TextComparison):
    """An address by its letters: equal, Jaro-Winkler .92, .84, else."""

    levels = PlainName.levels
    slopes = PlainName.slopes
    exact_level = 4
    prior_m = (0.3, 0.1, 0.1, 0.5)
    hoisted = PlainName.hoisted
    cases = PlainName.cases

    def encode(self, column: pl.Series, chosen_by: Counted | None = None) -> Encoded:  # noqa: ARG002
        found = distinct(column)
        plain = found.texts.to_frame("raw").select(address_text(pl.col("raw"))).to_series()
        own = grouped(found, text_codes(plain.set(plain == "", None)))
        letters = plain.gather(own.texts).str.replace_all(" ", "", literal=True)
        no_words = np.zeros((len(letters), 0), dtype=np.uint64)
        return encoded(self.name, own, {"f": pl.Series(own.codes), "s": letters} | letter_columns(letters, no_words))

    def informed(self, values: pl.DataFrame, counts: Mapping[str, Frequencies]) -> pl.DataFrame:  # noqa: ARG002
        return values


@dataclass(frozen=True)
class PlainDate(DateComparison):
    """A date: equal, one digit off, the year, else."""

    levels = ("missing", "different", "year equal", "one digit", "equal")
    slopes = (0.0,) * 5
    exact_level = 4
    prior_m = (0.04, 0.06, 0.05, 0.85)

    def hoisted(self) -> dict[str, str]:
        c = self.name
        x = f"xor(l.{c}_b, r.{c}_b)"
        digits = f"bit_count(({x} | ({x} >> 1) | ({x} >> 2) | ({x} >> 3)) & {LOWEST_BITS})"
        missing = f"l.{c}_b = 0 OR r.{c}_b = 0"
        return {f"{c}_missing": missing, f"{c}_digits": digits, f"{c}_year": f"(l.{c}_b >> 16) = (r.{c}_b >> 16)"}

    def cases(self) -> list[Case]:
        c = self.name
        near = [Case(4, f"{c}_digits = 0"), Case(3, f"{c}_digits = 1"), Case(2, f"{c}_year")]
        return [Case(0, f"{c}_missing"), *near]


@dataclass(frozen=True)
class PlainRegion(RegionComparison):
    """A region code: the village, the district, the regency, else."""

    levels = ("missing", "different", "same regency", "same district", "equal")
    slopes = (0.0,) * 5
    exact_level = 4
    prior_m = (0.05, 0.05, 0.05, 0.85)

    def cases(self) -> list[Case]:
        c = self.name
        smallest = [Case(4, f"{c}_same"), Case(3, f"{c}_k"), Case(2, f"{c}_b")]
        return [Case(0, f"{c}_missing"), *smallest]


@dataclass(frozen=True)
class PlainNumber(IdentifierComparison):
    """An identity number: equal, one or two digits off, else."""

    levels = ("missing", "different", "one or two digits off", "equal")
    slopes = (0.0,) * 4
    exact_level = 3
    prior_m = (0.05, 0.05, 0.9)

    def cases(self) -> list[Case]:
        off = f"{self.name}_off"
        return [Case(0, f"{off} < 0"), Case(3, f"{off} = 0"), Case(2, f"{off} <= 2")]


@dataclass(frozen=True)
class PlainCategory(CategoryComparison):
    """A category: equal or not."""

    slopes = (0.0, 0.0, 0.0)


PLAIN = {"name": PlainName, "text": PlainText, "date": PlainDate, "region": PlainRegion, "category": PlainCategory}
PLAIN |= {"nik": PlainNumber, "nkk": PlainNumber}


def prepared_plainly(files: Files) -> Prepared:
    """Both files of a set encoded, to be compared by the plain levels; the exact pass off, no block cut."""
    spec = load_spec(files.spec).model_dump() | {"blocking": RULES, "exact_pass": False, "pairs_per_record": 10**6}
    given = LinkSpec.model_validate(spec)
    comparisons.KINDS.update({ColumnType(kind): plain for kind, plain in PLAIN.items()})
    return prepare(pl.read_parquet(files.left), pl.read_parquet(files.right), given)


def given_model(prepared: Prepared) -> Model:
    """m as the comparisons guess it, u from random pairs, and as many matches as PRIOR of the left records."""
    space = prepared.space
    n_left, n_right = prepared.left_ids.len(), prepared.right_ids.len()
    draws = np.random.default_rng(1)
    pairs = {"rl": draws.integers(0, n_left, RANDOM_PAIRS), "rr": draws.integers(0, n_right, RANDOM_PAIRS)}
    with DuckDbEngine() as engine:
        engine.load("l", prepared.left)
        levels = space.levels(patterns(prepared, engine, pl.DataFrame(pairs).cast(pl.Int32))["pattern"].to_numpy())
    groups = []
    for place, comparison in enumerate(prepared.comparisons.values()):
        size = len(comparison.levels)
        seen = np.bincount(levels[:, place], minlength=size)[1:] + 0.5
        u = np.array([1.0, *(seen / seen.sum())])
        groups.append(Group((place,), (size,), np.array([1.0, *comparison.prior_m]), u, u))
    nothing_rare = tuple((1.0,) * group.sizes[0] for group in groups)
    prior = PRIOR * n_left / (n_left * n_right)
    return Model(tuple(prepared.comparisons), tuple(groups), nothing_rare, prior, 0.0, PRIOR)


def write_inputs(prepared: Prepared, model: Model, folder: Path) -> None:
    """What Splink reads: left.parquet, right.parquet (standardised text and blocking keys) and model.json."""
    folder.mkdir(parents=True, exist_ok=True)
    for side, ids in zip(SIDES, (prepared.left_ids, prepared.right_ids), strict=True):
        rids = np.arange(ids.len(), dtype=np.int32)
        frame = pl.DataFrame({"rid": rids, "unique_id": ids}).with_columns(_texts(prepared, prepared.wide(side, rids)))
        for number, rule in enumerate(RULES):
            keys = rule_keys(prepared, rule, side, rids).rename({"key": f"key_{number}"})
            frame = frame.join(keys, on="rid", how="left")
        frame.drop("rid").write_parquet(folder / f"{side}.parquet")
    levels = {
        name: {"m": group.m[1:].tolist(), "u": group.u[1:].tolist()}
        for name, group in zip(model.comparisons, model.groups, strict=True)
    }
    kinds = {name: column.type.value for name, column in prepared.spec.columns.items()}
    about = {"prior": model.prior, "levels": levels, "kinds": kinds, "rules": len(RULES), "cut": CUT}
    (folder / "model.json").write_text(json.dumps(about, indent=1))


def _texts(prepared: Prepared, wide: pl.DataFrame) -> list[pl.Series]:
    """Each column as text with nothing lost that a level needs; null where missing."""
    texts = []
    for name, column in prepared.spec.columns.items():
        match column.type.value:
            case "name" | "text":
                text = wide[f"{name}_s"].set(wide[f"{name}_f"] == 0, None)
            case "date":
                text = pl.Series([f"{packed:08x}" if packed else None for packed in wide[f"{name}_b"]])
            case "nik" | "nkk":
                text = pl.Series([f"{packed:016x}" if packed else None for packed in wide[f"{name}_v"]])
            case "region":
                text = pl.Series(_regions(wide, name))
            case _:
                text = wide[f"{name}_f"].cast(pl.String).set(wide[f"{name}_f"] == 0, None)
        texts.append(text.cast(pl.String).alias(name))
    return texts


def _regions(wide: pl.DataFrame, name: str) -> list[str | None]:
    """A region's codes of regency, district and village, each sixteen characters wide."""
    parts = zip(*(wide[f"{name}_{part}"] for part in "bkf"), strict=True)
    return [f"{b:016x}{k:016x}{f:016x}" if f else None for b, k, f in parts]
