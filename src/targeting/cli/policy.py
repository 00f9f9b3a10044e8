"""`targeting policy`: look at a policy file before a run depends on it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from targeting.cli.output import console, log, print_json, print_table
from targeting.contracts.policy import Policy
from targeting.contracts.policy_file import PolicyFile, read_policy
from targeting.contracts.sourced import Number, Numbers
from targeting.errors import PolicyError

app = typer.Typer(no_args_is_help=True, help="Check a policy file.")


@app.callback()
def policy() -> None:
    """Check a policy file."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="Policy file (YAML).", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """List every decided number with its unit and source, and what is wrong or doubtful, with line and cure."""
    read = read_policy(file)
    if as_json:
        print_json(_document(read))
    else:
        _print(read)
    if read.errors:
        raise typer.Exit(PolicyError.exit_code)


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
    dates = {day.isoformat(): dated for day, dated in number.values_by_date.items()}
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
    print_table("Numbers", ["parameter", "value", "unit", "status"], [_row(*pair) for pair in policy.numbers()])
    print_table("Gates", ["gate", "rule", "else", "missing", "status"], _gate_rows(policy))
    console.print(f"{policy.name}, in force {period.from_} to {period.to}, sha256 {policy.sha256[:12]}")
    console.print(f"Assumptions: {policy.assumptions} of {_statuses(policy).total()} numbers and gates")


def _row(path: str, number: Number | Numbers) -> tuple[str, str, str, str]:
    """A number's line; a table shows how many values it has unless they are few."""
    match number:
        case Number():
            value = f"{number.value:g}"
        case Numbers() if len(number.values) <= 3:
            value = ", ".join(f"{key} {each:g}" for key, each in number.values.items())
        case Numbers():
            value = f"{len(number.values)} values"
    return path, value, number.unit, number.source.status


def _gate_rows(policy: Policy) -> list[tuple[str, str, str, str, str]]:
    return [
        (gate.id, f"{gate.field} {gate.op} {', '.join(gate.args)}", gate.otherwise, gate.on_missing, gate.source.status)
        for gate in policy.gates
    ]


def _statuses(policy: Policy) -> Counter[str]:
    sources = [number.source for _, number in policy.numbers()] + [gate.source for gate in policy.gates]
    return Counter(source.status for source in sources)
