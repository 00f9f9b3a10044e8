"""The household's own row: everything judged of it and its members, in one line that explains itself."""

from __future__ import annotations

import polars as pl

from targeting.contracts.assessment import OUTCOME, gates_of
from targeting.contracts.policy import Policy
from targeting.eligibility.gates import worst
from targeting.eligibility.reasons import REASON
from targeting.eligibility.texts import once_each

NOMINEE = "N01"
"""The gate that no policy can leave out: somebody in the household can be trained."""

OF_BEST = (
    "dtsen_family_id",
    "p_link",
    "desil",
    "p_poor",
    "p_extreme",
    "p_source",
    "poverty_sources",
    "deprivation",
    "deprivation_parts",
    "deprivation_missing",
    "poverty",
)
"""What a household's row says of the family it most probably is."""
OF_NOMINEE = ("potential", "nominee_person_id", "nominee_age", "nominee_female", "nominee_disability")


def with_nominee_gate(household_gate: pl.DataFrame, nominee: pl.DataFrame) -> pl.DataFrame:
    """The gates with N01: PASS with a nominee, FAIL if gates refuse all members, VERIFY if none is recorded."""
    found = nominee.group_by("household_id").agg(found=pl.col("choice").is_not_null().any())
    state = pl.col("found")
    return (
        household_gate.join(found, on="household_id", how="left")
        .with_columns(
            pl.when(state).then(pl.lit("PASS")).when(~state).then(pl.lit("FAIL")).otherwise(pl.lit("VERIFY"))
            .cast(OUTCOME)
            .alias(NOMINEE),
            pl.when(~state).then(pl.lit(NOMINEE)).when(state.is_null()).then(pl.lit(f"{NOMINEE}-M"))
            .cast(REASON)
            .alias(f"{NOMINEE}_reason"),
        )
        .drop("found")
        .sort("household_id")
    )  # fmt: skip


def household_rows(
    best: pl.DataFrame,
    *,
    household_gate: pl.DataFrame,
    nominee: pl.DataFrame,
    member_gate: pl.DataFrame,
    policy: Policy,
) -> pl.DataFrame:
    """One row a household: the columns of `Assessment.household` that follow from it alone, but the score."""
    cutoff = policy.poverty.deprivation.cutoff.value
    return (
        best.select("household_id", "kode_kabupaten_kota", "kode_kecamatan", *OF_BEST)
        .join(_of_gates(household_gate, nominee, member_gate), on="household_id", how="left")
        .join(_of_nominee(nominee), on="household_id", how="left")
        .with_columns(deprivation_poor=pl.col("deprivation") >= cutoff)
    )


def _of_gates(household_gate: pl.DataFrame, nominee: pl.DataFrame, member_gate: pl.DataFrame) -> pl.DataFrame:
    """household_id, gate_outcome, gates (JSON), reasons, link_certain. Member gates are those of the nominee."""
    nominees = nominee.filter(pl.col("choice") == 1).select("household_id", "person_id")
    of_nominee = nominees.join(member_gate, on=["household_id", "person_id"]).drop("person_id")
    names = [*gates_of(household_gate), *gates_of(member_gate)]
    reasons = [f"{gate}_reason" for gate in names]
    texts = [*(pl.col(reason).cast(pl.String) for reason in reasons), pl.col("refusals")]
    outcomes = pl.struct(pl.col(gate).cast(pl.String) for gate in names).struct.json_encode()
    return (
        household_gate.join(of_nominee, on="household_id", how="left")
        .join(_refusals(member_gate, nominees), on="household_id", how="left")
        .pipe(once_each, names, gates=outcomes)
        .pipe(once_each, [*reasons, "refusals"], reasons=pl.concat_str(texts, separator=", ", ignore_nulls=True))
        .select(
            "household_id",
            "gates",
            "reasons",
            gate_outcome=worst(names),
            link_certain=pl.col("L01") == "PASS" if "L01" in names else pl.lit(True),
        )
    )


def _refusals(member_gate: pl.DataFrame, nominees: pl.DataFrame) -> pl.DataFrame:
    """household_id and the gates that refused members, comma-separated, of households without a nominee."""
    gates = gates_of(member_gate)
    refused = (
        member_gate.join(nominees, on="household_id", how="anti")
        .group_by("household_id")
        .agg((pl.col(gate) == "FAIL").any() for gate in gates)
    )
    codes = [pl.when(pl.col(gate)).then(pl.lit(gate)) for gate in gates]
    joined = pl.concat_str(codes, separator=", ", ignore_nulls=True) if codes else pl.lit("")
    return refused.select("household_id", refusals=pl.when(joined != "").then(joined))


def _of_nominee(nominee: pl.DataFrame) -> pl.DataFrame:
    """household_id, who is nominated, what ties and reserves need of them, and the alternatives in order (JSON)."""
    chosen = nominee.filter(pl.col("choice") == 1).select(
        "household_id",
        "potential",
        nominee_person_id=pl.col("person_id"),
        nominee_age=pl.col("age"),
        nominee_female=pl.col("female"),
        nominee_disability=pl.col("disability"),
    )
    quoted = '"' + pl.col("person_id").str.replace_all("\\", "\\\\", literal=True).str.replace_all(
        '"', '\\"', literal=True
    ) + '"'  # fmt: skip
    others = (
        nominee.filter(pl.col("choice") > 1)
        .sort("household_id", "choice")
        .group_by("household_id", maintain_order=True)
        .agg(quoted.alias("ids"))
        .select("household_id", nominee_alternatives="[" + pl.col("ids").list.join(", ") + "]")
    )
    return chosen.join(others, on="household_id", how="left").with_columns(
        pl.col("nominee_alternatives").fill_null("[]")
    )
