"""What `targeting policy check` finds: each doubt at its line, with its cure."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from targeting.contracts.policy_file import overlapping, read_policy, with_doubts
from targeting.contracts.policy_lint import converted_from
from targeting.contracts.policy_pool import pool_doubts
from targeting.contracts.policy_quotas import commitment
from targeting.errors import InputFileError

POLICY = Path(__file__).parents[3] / "pipelines" / "policy" / "wub-ppse-2026.yaml"

DESIL = "    unit: decile\n"
DESIL_SOURCE = "title: \"Pilot default; regencies call desil 1-2 'miskin ekstrem'\", status: assumption"
EXTREME = "values: {national: 351957.4}"
OVERLAP = "    values_by_date: {2026-01-01: {value: 1, to: 2026-07-01}, 2026-06-01: 3}\n"
SEATS = '{"34.04": 25, "35.07": 25}'

DOUBTS = [
    (EXTREME, "values: {national: 1065952}", "error", "at the exchange rate"),
    (EXTREME, "values: {national: 451957.4}", "error", "is not below the poverty line"),
    ("    value: 0.9\n", "    value: 90\n", "error", "90 is no probability"),
    ('args: ["34.04", "35.07"]', 'args: ["34.04"]', "error", "the gate of the pilot area refuses it"),
    ("    value: 18\n", "    value: 60\n", "error", "nothing lies between 60 and 59"),
    (DESIL, DESIL + OVERLAP, "error", "overlapping dates"),
    ("verify: [prior_certain]", "verify: [prior_doubtful]", "warning", "'verify' asks for nothing"),
    ("      period: 2023-03\n", "", "warning", "without the period"),
    ("value: 500", "value: 100", "warning", "100 draws leave p_top_k uncertain by up to 0.05"),
    (SEATS, '{"34.04": 30, "35.07": 25}', "warning", "no whole number of batches of 25"),
    (DESIL_SOURCE, "title: x, status: cited", "warning", "names no instrument with its article"),
    (DESIL, DESIL + "    values_by_date: {2025-01-01: 1}\n", "warning", "outside the policy's"),
    ("\npoverty:\n", "\npoverty:\n  model: pmt.json\n", "warning", "p_extreme weighs only 0.4"),
    ("  ties: [desil,", f"  seed_commit: {commitment(2026)}\n  ties: [desil,", "warning", "short enough to be guessed"),
]


def altered(folder: Path, right: str, wrong: str) -> Path:
    """The shipped policy with one piece of text replaced."""
    text = POLICY.read_text(encoding="utf-8")
    assert right in text
    path = folder / "policy.yaml"
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    return path


def test_the_shipped_policy_raises_no_doubt() -> None:
    assert read_policy(POLICY).findings == ()


@pytest.mark.parametrize(("right", "wrong", "severity", "said"), DOUBTS, ids=lambda text: str(text).strip()[:30])
def test_a_doubt_is_told_at_its_line(right: str, wrong: str, severity: str, said: str, tmp_path: Path) -> None:
    path = altered(tmp_path, right, wrong)
    found = [finding for finding in read_policy(path).findings if said in finding.message]
    assert [severity] == [finding.severity for finding in found]
    assert found[0].line > 1
    assert found[0].cure


@pytest.mark.parametrize(
    ("idr", "unit", "line"),
    [
        (35_045, "IDR/capita/day", 1.90),
        (1_065_952, "IDR/capita/month", 1.90),
        (351_957.4, "IDR/capita/month", None),
        (358_233.6, "IDR/capita/month", None),
        (391_000, "IDR/capita/month", None),
        (11_605, "IDR/capita/day", None),
    ],
)
def test_a_market_conversion_is_told_from_a_line_of_purchasing_power(idr: float, unit: str, line: float | None) -> None:
    assert converted_from(idr, unit) == line


def test_two_policies_of_one_id_in_force_on_one_day_are_told(tmp_path: Path) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    shutil.copy(POLICY, first)
    second.write_text(POLICY.read_text(encoding="utf-8").replace("from: 2025-11-01", "from: 2026-12-01"))
    read = read_policy(first)
    assert "2026-12-01 to 2026-12-31" in with_doubts(read, overlapping(read)).findings[0].message
    second.write_text(POLICY.read_text(encoding="utf-8").replace("id: wub-ppse-2026", "id: another"))
    assert overlapping(read) == []


def pool(outcome: str, eligible: int) -> pl.DataFrame:
    """A judged pool of a hundred households in Sleman."""
    return pl.DataFrame(
        {
            "household_id": [str(number) for number in range(100)],
            "kode_kabupaten_kota": ["34.04"] * 100,
            "gates": [f'{{"D01": "{outcome}"}}'] * 100,
            "gate_outcome": ["PASS"] * eligible + ["FAIL"] * (100 - eligible),
        }
    )


@pytest.mark.parametrize(
    ("outcome", "eligible", "said"),
    [("PASS", 100, "never fired"), ("FAIL", 0, "removes 100.0%"), ("VERIFY", 10, "34.04: 25 seats, and 10 households")],
)
def test_a_judged_pool_shows_gates_and_seats_that_are_out_of_place(outcome: str, eligible: int, said: str) -> None:
    policy = read_policy(POLICY).policy
    assert policy is not None
    assert any(said in doubt.message for doubt in pool_doubts(policy, pool(outcome, eligible)))


def test_a_gate_of_members_that_refused_some_has_fired_though_every_nominee_passes() -> None:
    policy = read_policy(POLICY).policy
    assert policy is not None
    assert pool_doubts(policy, pool("PASS", 100), members_refused={"D01": 3}) == [
        doubt for doubt in pool_doubts(policy, pool("PASS", 100)) if "never fired" not in doubt.message
    ]


def test_a_table_that_is_no_assessment_is_an_error() -> None:
    policy = read_policy(POLICY).policy
    assert policy is not None
    with pytest.raises(InputFileError, match="no column gates"):
        pool_doubts(policy, pool("PASS", 1).drop("gates"))


def test_a_dated_value_brings_its_own_source_and_ends_on_its_last_day(tmp_path: Path) -> None:
    dated = "values_by_date: {2026-07-01: {value: 3, to: 2026-08-31, source: {instrument: SK, status: press}}}"
    policy = read_policy(altered(tmp_path, "    unit: decile\n", f"    unit: decile\n    {dated}\n")).policy
    assert policy is not None
    days = (date(2026, 6, 30), date(2026, 7, 1), date(2026, 8, 31), date(2026, 9, 1))
    found = [policy.on(day).parameters["desil_max"] for day in days]
    assert [number.value for number in found] == [2, 3, 3, 2]
    assert [number.source.status for number in found] == ["assumption", "press", "press", "assumption"]
    assert policy.on(days[1]).assumptions == policy.assumptions - 1
