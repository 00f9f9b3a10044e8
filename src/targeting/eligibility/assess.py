"""Assess a pool of PPSE households: gates, poverty, potential, and the expected score over who they may be."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date

import polars as pl

from targeting.contracts.assessment import Assessment, Usual
from targeting.contracts.policy import Policy
from targeting.contracts.policy_gates import PRIOR, Gate
from targeting.contracts.welfare import DEPRIVATION_INDICATORS
from targeting.eligibility.deprivation import decomposition
from targeting.eligibility.expected import expected_score, with_score
from targeting.eligibility.households import household_facts, judged_options, usual_deprivation, verdicts
from targeting.eligibility.inputs import AssessmentInputs, complete
from targeting.eligibility.members import judged_members, member_facts
from targeting.eligibility.pool import PART, Pool, parts_of, pool_of
from targeting.eligibility.potential import usual_parts
from targeting.eligibility.summary import OF_BEST, OF_NOMINEE, household_rows, with_nominee_gate
from targeting.errors import CountingError

OF_OPTION = (
    "household_id",
    "dtsen_family_id",
    "p_link",
    "passes",
    "desil_prior",
    "p_extreme",
    "deprivation",
    "poverty",
    "potential",
    "score",
)


HOUSEHOLD = (
    "household_id",
    "kode_kabupaten_kota",
    "kode_kecamatan",
    "kk_group",
    *OF_BEST,
    "gate_outcome",
    "gates",
    "reasons",
    "link_certain",
    *OF_NOMINEE,
    "nominee_group",
    "nominee_alternatives",
    "deprivation_poor",
    "score",
)


@dataclass(frozen=True)
class _Judged:
    """What judging a part gives; `best`: each household's best family, as far as deprivation is told by place."""

    household: pl.DataFrame
    nominee: pl.DataFrame
    option: pl.DataFrame
    household_gate: pl.DataFrame
    member_gate: pl.DataFrame
    best: pl.DataFrame


def assess(inputs: AssessmentInputs, policy: Policy, as_of: date, part: int = PART) -> Assessment:
    """Judge every household of `inputs`. Raises PolicyError if the policy is not in force on the reference date.

    `household` has household_id, kode_kabupaten_kota, kode_kecamatan, dtsen_family_id (the most probable family),
    p_link, desil, p_poor, p_extreme, p_source, poverty_sources (JSON), deprivation, deprivation_parts (JSON),
    deprivation_missing, deprivation_poor, potential, poverty, score, gate_outcome (the worst), gates (JSON), reasons
    (codes), nominee_person_id, nominee_alternatives (JSON), nominee_age, nominee_female, nominee_disability, kk_group
    (equal for households of one KK number), nominee_group (equal for nominees who are one person, else null),
    link_certain. `part`: households judged at once; the result is the same for any number, to the last bit.
    """
    policy = policy.on(as_of)
    pool = pool_of(needed(inputs), policy, as_of)
    facts = [
        (household_facts(pool, one, policy, as_of), member_facts(pool, one, policy, as_of))
        for one in parts_of(pool, part)
    ]
    usual = inputs.usual or Usual(
        usual_deprivation([households for households, _ in facts]),
        usual_parts([members for _, members in facts], policy.potential),
    )
    gates = [gate for gate in policy.gates if gate.field != PRIOR or pool.prior is not None]
    judged: list[_Judged] = []
    while facts:  # each part's facts go as soon as they are judged
        judged.append(_judged(*facts.pop(0), gates, policy, usual))
    whole = {one.name: pl.concat([getattr(part, one.name) for part in judged]) for one in fields(_Judged)}
    _same_households(inputs.households, whole["household"])
    return Assessment(
        household=_across_households(whole["household"], pool),
        **{name: whole[name] for name in ("nominee", "option", "household_gate", "member_gate")},
        # In one piece: sums of what lies in several pieces differ in the last digit.
        deprivation=decomposition(whole["best"].rechunk(), policy.poverty.deprivation),
        not_evaluated=tuple(gate.id for gate in policy.gates if gate not in gates),
        usual=usual,
    )


def _judged(
    households: pl.DataFrame, members: pl.DataFrame, gates: list[Gate], policy: Policy, usual: Usual
) -> _Judged:
    """A part's facts, judged."""
    of_household = [gate for gate in gates if gate.of_household]
    of_member = [gate for gate in gates if not gate.of_household]
    nominee, member_gate = judged_members(members, of_member, policy, usual.parts)
    scored = with_score(judged_options(households, of_household, policy, usual.deprivation), nominee, policy)
    best = scored.filter("best")
    household_gate = with_nominee_gate(verdicts(best, of_household), nominee)
    rows = household_rows(best, household_gate=household_gate, nominee=nominee, member_gate=member_gate, policy=policy)
    return _Judged(
        household=rows.join(expected_score(scored, policy), on="household_id", how="left").sort("household_id"),
        nominee=nominee,
        option=scored.filter(pl.col("dtsen_family_id").is_not_null()).select(OF_OPTION),
        household_gate=household_gate,
        member_gate=member_gate,
        best=best.select("kode_kabupaten_kota", "jumlah_anggota_keluarga", "deprivation", *DEPRIVATION_INDICATORS),
    )


def _across_households(household: pl.DataFrame, pool: Pool) -> pl.DataFrame:
    """The rows with what they share with each other: a KK number, a nominee who is in PPSE twice."""
    # The KK number itself is personal and needed only to see which households share it.
    cards = pool.inputs.households.select("household_id", kk_group=pl.col("no_kk").rank("dense"))
    same = pool.same.rename({"person_id": "nominee_person_id", "same_as": "nominee_group"})
    # Joined to the ids alone: a join copies all columns of a million rows.
    ids = household.select("household_id", "nominee_person_id")
    shared = ids.join(cards, on="household_id", how="left", maintain_order="left").join(
        same, on="nominee_person_id", how="left", maintain_order="left"
    )
    groups = shared.select("kk_group", pl.col("nominee_group").rank("dense"))
    return household.hstack(groups.get_columns()).select(HOUSEHOLD).rechunk()


def needed(inputs: AssessmentInputs) -> AssessmentInputs:
    """The inputs with the columns their files lacked, without rows that no household of the pool leads to and without
    what is not read: who keeps these can assess again."""
    households = complete(inputs.households, "ppse-household")
    members = complete(inputs.members, "ppse-member")
    families = complete(inputs.families, "dtsen-family")
    persons = complete(inputs.persons, "dtsen-person")
    pool = households.get_column("household_id").implode()
    linked_families = inputs.household_link.get_column("dtsen_family_id").implode()
    linked_persons = inputs.person_link.get_column("dtsen_person_id").implode()
    of_linked_family = pl.col("dtsen_family_id").is_in(linked_families)
    return replace(
        inputs,
        households=households,
        members=_only(members, pl.col("household_id").is_in(pool)),
        families=_only(families, of_linked_family),
        persons=_only(persons, of_linked_family | pl.col("dtsen_person_id").is_in(linked_persons)),
    )


def _only(frame: pl.DataFrame, wanted: pl.Expr) -> pl.DataFrame:
    """The wanted rows; the frame itself, uncopied, if that is all of them."""
    mask = frame.select(wanted.fill_null(False)).to_series()
    return frame if mask.all() else frame.filter(mask)


def _same_households(before: pl.DataFrame, after: pl.DataFrame) -> None:
    """Raise CountingError unless every household came out exactly once."""
    if before.height != after.height or after["household_id"].n_unique() != after.height:
        raise CountingError(
            f"{before.height} households came to be assessed and {after.height} rows came out. "
            "Please report this; nothing was published."
        )
