"""Try a policy on households that were made up for it, one at a time, and see what it leaves untried."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from targeting.contracts.assessment import Assessment
from targeting.contracts.codes.lists import DTSEN_2025, REGSOSEK_2022K, code_list
from targeting.contracts.policy import Policy
from targeting.contracts.policy_cases import Case, PolicyCases, Values
from targeting.contracts.schemas import schema_of
from targeting.eligibility.assess import assess
from targeting.eligibility.inputs import POLARS_TYPES, AssessmentInputs
from targeting.errors import UsageError

HOUSEHOLD, FAMILY = "case", "case-family"
LINK = {"match_probability": pl.Float64(), "status": pl.String()}
LINKED = 0.5
"""From this probability a made-up pair is a link."""


@dataclass(frozen=True)
class Rehearsed:
    """One case: what was expected and came out otherwise, empty if nothing; and what each gate said and why."""

    name: str
    differs: tuple[str, ...]
    said: frozenset[tuple[str, str]]


def rehearse(cases: PolicyCases, policy: Policy) -> list[Rehearsed]:
    """Every case in the file's order. UsageError names the case whose values no contract knows."""
    return [_rehearsed(case, cases, policy) for case in cases.tests]


def untried(rehearsed: Sequence[Rehearsed], policy: Policy) -> list[str]:
    """Each gate with an outcome that it can give by what a source says, or by silence, and that no case gave."""
    seen = {pair for one in rehearsed for pair in one.said}
    return [
        outcome if outcome.startswith(gate) else f"{gate} {outcome}"
        for gate, outcome in _possible(policy)
        if (gate, outcome) not in seen
    ]


def _possible(policy: Policy) -> list[tuple[str, str]]:
    """Gate and what it can say: PASS, or a reason code."""
    pairs: list[tuple[str, str]] = []
    for gate in policy.gates:
        broken = gate.id if gate.otherwise == "FAIL" else f"{gate.id}-V"
        missing = {"PASS": "PASS", "FAIL": f"{gate.id}-F", "VERIFY": f"{gate.id}-M"}[gate.on_missing]
        asked = [f"{gate.id}-V"] if gate.verify else []
        never_silent = gate.field in ("p_prior", "district")
        outcomes = ["PASS", broken, *asked, *([] if never_silent else [missing])]
        pairs += [(gate.id, outcome) for outcome in dict.fromkeys(outcomes)]
    return pairs


def _rehearsed(case: Case, cases: PolicyCases, policy: Policy) -> Rehearsed:
    as_of = case.as_of or cases.as_of
    assessment = assess(_inputs(case, cases), policy, as_of)
    row = assessment.household.row(0, named=True)
    gates: dict[str, str] = json.loads(row["gates"])
    expected, reasons = case.expect, {code for code in (row["reasons"] or "").split(", ") if code}
    differs = [
        f"{gate} is {gates.get(gate) or _of_members(assessment, gate)}, not {outcome}"
        for gate, outcome in expected.gates.items()
        if outcome != (gates.get(gate) or _of_members(assessment, gate))
    ]
    if expected.outcome is not None and row["gate_outcome"] != expected.outcome:
        differs.append(f"the household is {row['gate_outcome']}, not {expected.outcome}")
    if expected.reasons is not None and reasons != set(expected.reasons):
        differs.append(
            f"reasons are {', '.join(sorted(reasons)) or 'none'}, not {', '.join(expected.reasons) or 'none'}"
        )
    if expected.nominee is not None and expected.nominee != (number := _number(row["nominee_person_id"])):
        differs.append(f"member {number or 'nobody'} is nominated, not {expected.nominee or 'nobody'}")
    return Rehearsed(case.name, tuple(differs), _said(assessment))


def _of_members(assessment: Assessment, gate: str) -> str | None:
    """A member gate where there is no nominee to speak for the household: the worst of all members."""
    outcomes = assessment.gate.filter(pl.col("gate") == gate).get_column("outcome")
    return None if outcomes.is_empty() else str(outcomes.sort()[-1])


def _said(assessment: Assessment) -> frozenset[tuple[str, str]]:
    """Gate with PASS or reason code, over the household and all members."""
    said = assessment.gate.select("gate", pl.coalesce(pl.col("reason_code"), pl.col("outcome").cast(pl.String)))
    return frozenset(said.iter_rows())


def _number(person_id: str | None) -> int:
    """Which member a made-up id is; 0 for none."""
    return 0 if person_id is None else int(person_id.rpartition("-")[2])


def _inputs(case: Case, cases: PolicyCases) -> AssessmentInputs:
    """The case as if it came out of intake and linkage."""
    own = cases.defaults
    people = {f"{HOUSEHOLD}-{number}": member for number, member in enumerate(case.members, start=1)}
    twins = {person_id: member.dtsen for person_id, member in people.items() if member.dtsen is not None}
    household = {"household_id": HOUSEHOLD, "no_kk": "0" * 16, **own.household, **case.household}
    family = [] if case.family is None else [{"dtsen_family_id": FAMILY, **own.family, **case.family}]
    members = [
        {"household_id": HOUSEHOLD, "person_id": person_id, **own.member, **member.ppse}
        for person_id, member in people.items()
    ]
    persons = [
        {"dtsen_family_id": FAMILY, "dtsen_person_id": f"d-{person_id}", **values}
        for person_id, values in twins.items()
    ]
    pairs = {"household_id": pl.String(), "dtsen_family_id": pl.String(), **LINK}
    status = "link" if case.p_link >= LINKED else "review"
    prior = [
        (person_id, member.prior, member.prior_years_ago)
        for person_id, member in people.items()
        if member.prior is not None
    ]
    return AssessmentInputs(
        households=_frame([household], "ppse-household", case.name),
        members=_frame(members, "ppse-member", case.name),
        families=_frame(family, "dtsen-family", case.name),
        persons=_frame(persons, "dtsen-person", case.name),
        household_link=pl.DataFrame(
            [(HOUSEHOLD, FAMILY, case.p_link, status)] if family else [], schema=pairs, orient="row"
        ),
        person_link=pl.DataFrame(
            [(person_id, f"d-{person_id}", 1.0, "link") for person_id in twins],
            schema={"person_id": pl.String(), "dtsen_person_id": pl.String(), **LINK},
            orient="row",
        ),
        prior_recipients=pl.DataFrame(
            prior,
            schema={"person_id": pl.String(), "match_probability": pl.Float64(), "years_ago": pl.Int64()},
            orient="row",
        ),
        unsure_births=pl.Series(
            [person_id for person_id, member in people.items() if member.birth_unsure], dtype=pl.String
        ),
    )


def _frame(rows: list[dict[str, Any]], schema: str, case: str) -> pl.DataFrame:
    """The rows in the types of their contract."""
    contract = schema_of(schema)
    version = {"ppse": REGSOSEK_2022K, "dtsen": DTSEN_2025}[schema.partition("-")[0]]
    names = list(dict.fromkeys(name for row in rows for name in row)) or [contract.record_id, contract.family_id]
    if unknown := [name for name in names if name not in contract.fields]:
        raise UsageError(
            f"test '{case}': {unknown[0]} is no column of {schema}. 'targeting schema {schema}' lists them."
        )
    types = {name: POLARS_TYPES[contract.fields[name].type.__name__] for name in names}
    coded = [{name: _code(schema, name, value, version, case) for name, value in row.items()} for row in rows]
    return pl.DataFrame(coded, schema=types, orient="row")


def _code(schema: str, name: str, value: Values | Any, version: str, case: str) -> Any:
    """The value; of a coded column that says a meaning, its code."""
    field = schema_of(schema).fields[name]
    if field.code_list is None or not isinstance(value, str):
        return value if not isinstance(value, date) or field.type is date else str(value)
    codes = {meaning: code for code, meaning in code_list(field.code_list, version).meanings.items()}
    if value not in codes:
        raise UsageError(f"test '{case}': '{value}' is no meaning of {name}. Meanings: {', '.join(sorted(codes))}.")
    return codes[value]
