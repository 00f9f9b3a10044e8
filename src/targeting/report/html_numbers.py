"""The numbers of a run's report, counted from its frames: plain data, without a word in any language."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from targeting.contracts.run_report import WEIGHT_STEP
from targeting.report.html_intervals import expected, share
from targeting.vocabulary import CandidateStatus, GateOutcome, LinkStatus

SMALL = 30
"""Below so many, an interval says more than its share; such groups are marked."""
LEAST_RATIO = 0.8
"""A group with less than four fifths of its due is remarked on (the four-fifths rule)."""
AGE_BANDS = {"0-17": (0, 17), "18-39": (18, 39), "40-59": (40, 59), "60+": (60, 200)}
SURE, UNSURE = 0.8, 0.2
"""A chance of a seat above the first is firm, below the second remote; between them lies the border."""
BINS = 10
MEN, WOMEN = 1, 2
NO_NOMINEE = "no_nominee"
"""Households none of whose members passes the gates: they can have no seat, whoever they are."""

sex = pl.col("sex").replace_strict({MEN: "man", WOMEN: "woman"}, default="unknown", return_dtype=pl.String)
nik = pl.when("nik_missing").then(pl.lit("without_nik")).otherwise(pl.lit("with_nik"))
mononym = pl.when("mononym").then(pl.lit("mononym")).otherwise(pl.lit("several_names"))


def yes_no(name: str, yes: str, no: str) -> pl.Expr:
    """A flag as the name of one of two groups; unknown if there is no flag."""
    return pl.when(pl.col(name)).then(pl.lit(yes)).when(~pl.col(name)).then(pl.lit(no)).otherwise(pl.lit("unknown"))


def of_nominee(name: str, yes: str, no: str) -> pl.Expr:
    """The same of a nominee; households without one are a group of their own."""
    return pl.when("has_nominee").then(yes_no(name, yes, no)).otherwise(pl.lit(NO_NOMINEE))


def age_band() -> pl.Expr:
    """The band of the age in years."""
    band = pl.lit("unknown")
    for name, (first, last) in AGE_BANDS.items():
        band = pl.when(pl.col("age").is_between(first, last)).then(pl.lit(name)).otherwise(band)
    return band


def link_rates(persons: pl.DataFrame, households: pl.DataFrame) -> list[dict[str, Any]]:
    """group, value, persons, review, rate: the share of accepted members that are linked, by group."""
    placed = persons.join(households.select("household_id", "district"), on="household_id", how="left")
    groups = {
        "all": pl.lit("all"),
        "sex": sex,
        "age": age_band(),
        "district": pl.col("district").fill_null("unknown"),
        "nik": nik,
        "name": mononym,
    }
    return [
        {
            "group": group,
            "value": row["value"],
            "persons": row["persons"],
            "review": row["review"],
            "rate": share(row["linked"], row["persons"]),
            "small": row["persons"] < SMALL,
        }
        for group, value in groups.items()
        for row in placed.group_by(value.alias("value"))
        .agg(persons=pl.len(), linked=pl.col("linked").sum(), review=pl.col("review").sum())
        .sort("value")
        .to_dicts()
    ]


def weights(found: pl.DataFrame) -> list[dict[str, Any]]:
    """low, link, review: links and pairs under review by match weight, each step of bits from the least on."""
    by_step = {(row["bits"], row["status"]): row["pairs"] for row in found.to_dicts()}
    steps = [bits for bits, _ in by_step]
    return [
        {"low": low, **{str(status): by_step.get((low, str(status)), 0) for status in LinkStatus}}
        for low in (range(min(steps), max(steps) + 1, WEIGHT_STEP) if steps else ())
    ]


def quality(findings: pl.DataFrame, households: pl.DataFrame, persons: pl.DataFrame) -> dict[str, Any]:
    """rules: findings by file, rule and district; districts: records and how many have an error or a warning."""
    return {"rules": list(_rules(findings)), "districts": _records(households, persons)}


def _rules(findings: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """One entry a file, rule and severity, the most frequent first."""
    keys = ["source", "rule", "severity", "message_id", "message_en"]
    whole = findings.group_by("source", "rule", "severity").agg(
        pl.col("message_id", "message_en").min(), pl.col("findings").sum()
    )
    by_place = {
        (row["source"], row["rule"], row["severity"], row["district"]): row["findings"] for row in findings.to_dicts()
    }
    places = findings.get_column("district").unique().sort(nulls_last=True).to_list()
    for row in whole.sort(
        ["findings", "source", "rule", "severity"], descending=[True, False, False, False]
    ).to_dicts():
        own = {place: by_place.get((row["source"], row["rule"], row["severity"], place), 0) for place in places}
        yield {name: row[name] for name in keys} | {
            "findings": row["findings"],
            "districts": {place: number for place, number in own.items() if place is not None},
            "no_district": own.get(None, 0),
        }


def _records(households: pl.DataFrame, persons: pl.DataFrame) -> list[dict[str, Any]]:
    """By district: accepted households and members, and the share of each with at least one warning."""
    placed = persons.join(households.select("household_id", "district"), on="household_id", how="left")
    entries = []
    for district in households.get_column("district").unique().sort(nulls_last=True):
        here = pl.col("district").eq_missing(district)
        homes, people = households.filter(here), placed.filter(here)
        entries.append(
            {
                "district": district,
                "households": share(int(homes.get_column("finding").sum()), homes.height),
                "members": share(int(people.get_column("finding").sum()), people.height),
            }
        )
    return entries


def poverty(assessed: pl.DataFrame) -> list[dict[str, Any]]:
    """By district, and over all as `all`: the three notions side by side, and where decile and deprivation agree."""
    parts = [("all", assessed), *((str(key[0]), part) for key, part in _districts(assessed))]
    return [{"district": district, **_notions(part)} for district, part in parts]


def _districts(frame: pl.DataFrame) -> list[tuple[tuple[object, ...], pl.DataFrame]]:
    """The frame cut by district, in the order of the codes."""
    known = frame.filter(pl.col("district").is_not_null()).sort("district", "household_id")
    return list(known.group_by("district", maintain_order=True))


def _notions(part: pl.DataFrame) -> dict[str, Any]:
    """Of some households: known and counted by each notion; the two-way table of decile 1 and deprivation."""
    first, deprived = pl.col("desil") == 1, pl.col("deprivation_poor")
    both = part.filter(pl.col("desil").is_not_null() & deprived.is_not_null())
    known = part.get_column("desil").drop_nulls()
    hit = part.get_column("deprivation_poor").drop_nulls()
    return {
        "households": part.height,
        "desil_1": share(int((known == 1).sum()), len(known)),
        "desil_1_2": share(int((known <= 2).sum()), len(known)),
        "p_poor": expected(part.get_column("p_poor")),
        "p_extreme": expected(part.get_column("p_extreme")),
        "from_expenditure": part.filter(p_source="expenditure").height,
        "from_model": part.filter(p_source="model").height,
        "indicative": part.filter(p_source="indicative").height,
        "deprived": share(int(hit.sum()), len(hit)),
        "agreement": {
            "desil_1_and_deprived": both.filter(first & deprived).height,
            "desil_1_only": both.filter(first & ~deprived).height,
            "deprived_only": both.filter(~first & deprived).height,
            "neither": both.filter(~first & ~deprived).height,
        },
    }


def seats_in_desil_1(assessed: pl.DataFrame) -> dict[str, Any]:
    """The share of the seats that went to households whose family is in decile 1; an unknown decile is not 1."""
    seated = assessed.filter(status=CandidateStatus.SELECTED.value)
    return share(seated.filter(desil=1).height, seated.height)


def subdistricts(assessed: pl.DataFrame, households: pl.DataFrame) -> list[dict[str, Any]]:
    """district, kecamatan, name, households, desil_1, selected, waitlist: each subdistrict of a district with a seat
    or a place on the waitlist; districts without any are left out."""
    names = households.select("household_id", "nama_kecamatan")
    status = pl.col("status")
    return (
        assessed.join(names, on="household_id", how="left")
        .group_by("district", "kecamatan")
        .agg(
            name=pl.col("nama_kecamatan").min(),
            households=pl.len(),
            desil_1=(pl.col("desil") == 1).sum(),
            selected=(status == CandidateStatus.SELECTED).sum(),
            waitlist=(status == CandidateStatus.WAITLIST).sum(),
        )
        .filter((pl.col("selected") + pl.col("waitlist")).sum().over("district") > 0)
        .sort("district", "kecamatan", nulls_last=True)
        .to_dicts()
    )


def fairness(assessed: pl.DataFrame, persons: pl.DataFrame) -> list[dict[str, Any]]:
    """group, value, households, contending, seats, share of households, of seats, ratio of the two, remark.

    Groups are of the head and of the nominee. `contending` failed no gate. `low` marks a ratio below 0.8, `clear` one
    whose whole interval lies below the group's share of the households, `small` a group of fewer than 30.
    """
    heads = persons.filter("is_head").unique("household_id", keep="first", maintain_order=True)
    pool = assessed.join(heads, on="household_id", how="left")
    groups = {
        "head_sex": sex,
        "head_age": pl.when(pl.col("age") >= 60)
        .then(pl.lit("60+"))
        .when(pl.col("age").is_not_null())
        .then(pl.lit("under_60"))
        .otherwise(pl.lit("unknown")),
        "head_name": yes_no("mononym", "mononym", "several_names"),
        "head_nik": yes_no("nik_missing", "without_nik", "with_nik"),
        "nominee_sex": of_nominee("nominee_female", "woman", "man"),
        "nominee_disability": of_nominee("nominee_disability", "with_disability", "without_disability"),
    }
    seats = pool.filter(status=CandidateStatus.SELECTED.value).height
    return [
        _standing(group, row, pool.height, seats)
        for group, value in groups.items()
        for row in pool.group_by(value.alias("value"))
        .agg(
            households=pl.len(),
            contending=(pl.col("gate_outcome") != GateOutcome.FAIL).sum(),
            seats=(pl.col("status") == CandidateStatus.SELECTED).sum(),
        )
        .sort("value")
        .to_dicts()
    ]


def _standing(group: str, row: Mapping[str, Any], households: int, seats: int) -> dict[str, Any]:
    """One group's part of the pool beside its part of the seats."""
    of_seats, of_pool = share(row["seats"], seats), row["households"] / households
    nobody = of_seats["value"] is None or row["value"] == NO_NOMINEE
    ratio = None if nobody else of_seats["value"] / of_pool
    return {
        "group": group,
        **row,
        "of_households": of_pool,
        "of_seats": of_seats,
        "ratio": ratio,
        "low": ratio is not None and ratio < LEAST_RATIO,
        "clear": ratio is not None and ratio < LEAST_RATIO and of_seats["high"] < of_pool,
        "small": row["households"] < SMALL,
    }


def sensitivity(assessed: pl.DataFrame) -> dict[str, Any]:
    """How firm the seats are: by district, and households by tenth of p_top_k and status."""
    drawn = assessed.filter(pl.col("p_top_k").is_not_null())
    bins = drawn.with_columns(tenth=(pl.col("p_top_k") * BINS).floor().clip(0, BINS - 1).cast(pl.Int64))
    counted = {
        (row["tenth"], row["status"]): row["households"]
        for row in bins.group_by("tenth", "status").agg(households=pl.len()).to_dicts()
    }
    return {
        "districts": [{"district": str(key[0]), **_firmness(part)} for key, part in _districts(drawn)],
        "tenths": [
            {
                "low": tenth / BINS,
                "high": (tenth + 1) / BINS,
                **{str(status): counted.get((tenth, str(status)), 0) for status in CandidateStatus},
            }
            for tenth in range(BINS)
        ],
    }


def _firmness(part: pl.DataFrame) -> dict[str, Any]:
    """Seats by how often they are kept over the draws, and who else might well have one."""
    chance = pl.col("p_top_k")
    seated = part.filter(status=CandidateStatus.SELECTED.value)
    others = part.filter(pl.col("status") != CandidateStatus.SELECTED)
    kept = seated.get_column("p_top_k").to_list()
    return {
        "selected": seated.height,
        "firm": seated.filter(chance >= SURE).height,
        "border": seated.filter(chance.is_between(UNSURE, SURE, closed="left")).height,
        "remote": seated.filter(chance < UNSURE).height,
        "others_within_reach": others.filter(chance >= UNSURE).height,
        "mean_p_top_k": math.fsum(kept) / len(kept) if kept else None,
    }
