"""`targeting policy`: look at a policy file before a run depends on it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from targeting import store
from targeting.cli.output import console, log, print_json, print_table
from targeting.cli.policy_diff import diff
from targeting.cli.policy_trial import try_out
from targeting.cli.tables import read_table
from targeting.contracts.policy import Policy
from targeting.contracts.policy_file import PolicyFile, overlapping, read_policy, with_doubts
from targeting.contracts.policy_pool import MOST_REMOVED, NEEDED, pool_doubts
from targeting.contracts.sourced import Number, Numbers
from targeting.errors import PolicyError, UsageError

app = typer.Typer(no_args_is_help=True, help="Check, compare and try policy files.")


@app.callback()
def policy() -> None:
    """Check, compare and try policy files."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="Policy file (YAML).", show_default=False)],
    *,
    db: Annotated[Path | None, typer.Option("--db", help="Try gates and seats on a run of this DuckDB file.")] = None,
    run: Annotated[str | None, typer.Option("--run", help="Which run of --db; the latest without it.")] = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="Try them on a table 'assessment' that was exported.")
    ] = None,
    most_removed: Annotated[
        float, typer.Option("--most-removed", min=0, max=1, help="Share a gate may remove without a remark.")
    ] = MOST_REMOVED,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """List every decided number with its unit and source, and what is wrong or doubtful, with line and cure.

    Example: targeting policy check pipelines/policy/wub-ppse-2026.yaml --db targeting.duckdb
    """
    read = read_policy(file)
    read = with_doubts(read, overlapping(read))
    pool, refused = _pool(db, run, data)
    if read.policy is not None and pool is not None:
        read = with_doubts(read, pool_doubts(read.policy, pool, most_removed, refused))
    if as_json:
        print_json(_document(read))
    else:
        _print(read)
    if read.errors:
        raise typer.Exit(PolicyError.exit_code)


app.command()(diff)
app.command("test")(try_out)


def _pool(db: Path | None, run: str | None, data: Path | None) -> tuple[pl.DataFrame | None, dict[str, int]]:
    """The judged pool that was named, None if none was; and by gate how many members it refused, if a run says so."""
    if data is not None and db is not None:
        raise UsageError("--data and --db both name a pool. Give one of them.")
    if data is not None:
        return read_table(data, list(NEEDED), ("kode_kecamatan",)), {}
    if db is not None:
        found, assessment = store.assessment_of(db, run)
        return assessment, (found["counts"] or {}).get("members_refused", {})
    if run is not None:
        raise UsageError("--run names a run of a store. Say which store with --db.")
    return None, {}


def _document(read: PolicyFile) -> dict[str, Any]:
    """The check as one document."""
    policy = read.policy
    described: dict[str, Any] = {"file": str(read.path), "usable": policy is not None}
    if policy is not None:
        described |= {
            "id": policy.policy.id,
            "version": policy.policy.version,
            "sha256": policy.sha256,
            "effective": {"from": policy.policy.effective.from_, "to": policy.policy.effective.to},
            "assumptions": policy.assumptions,
            "parameters": [_described(path, number) for path, number in policy.numbers()],
            "gates": [gate.model_dump(mode="json") for gate in policy.gates],
        }
    described["findings"] = [
        {
            "line": finding.line,
            "severity": finding.severity,
            "where": finding.where,
            "message": finding.message,
            "cure": finding.cure,
        }
        for finding in read.findings
    ]
    return described


def _described(path: str, number: Number | Numbers) -> dict[str, Any]:
    value: Any = number.value if isinstance(number, Number) else number.values
    dates = {day.isoformat(): dated.model_dump(exclude_none=True) for day, dated in number.values_by_date.items()}
    source = number.source.model_dump(exclude_none=True)
    return {
        "path": path,
        "value": value,
        "unit": number.unit,
        "period": number.period,
        "values_by_date": dates,
        "source": source,
    }


def _print(read: PolicyFile) -> None:
    """Findings to stderr, the policy to stdout."""
    for finding in read.findings:
        log.print(f"{finding.severity}: {read.path}:{finding}", markup=False, soft_wrap=True)
    if read.policy is None:
        return
    policy = read.policy
    period = policy.policy.effective
    print_table("Numbers", ["parameter", "value", "status"], [_row(*pair) for pair in policy.numbers()], whole=(0,))
    print_table("Gates", ["gate", "rule", "else", "missing", "status"], _gate_rows(policy))
    console.print(f"{policy.name}, in force {period.from_} to {period.to}, sha256 {policy.sha256[:12]}")
    console.print(f"Assumptions: {policy.assumptions} of {_statuses(policy).total()} numbers, gates and rules")


def _row(path: str, number: Number | Numbers) -> tuple[str, str, str]:
    """A number's line, with its unit; a table shows how many values it has unless they are few."""
    match number:
        case Number():
            value = f"{number.value:g}"
        case Numbers() if len(number.values) <= 3:
            value = ", ".join(f"{key} {each:g}" for key, each in number.values.items())
        case Numbers():
            value = f"{len(number.values)} values"
    return path, f"{value} {number.unit}", number.source.status


def _gate_rows(policy: Policy) -> list[tuple[str, str, str, str, str]]:
    return [
        (gate.id, f"{gate.field} {gate.op} {', '.join(gate.args)}", gate.otherwise, gate.on_missing, gate.source.status)
        for gate in policy.gates
    ]


def _statuses(policy: Policy) -> Counter[str]:
    return Counter(source.status for _, source in policy.sources())
