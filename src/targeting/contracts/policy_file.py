"""Read a policy file: strict YAML, then the policy, or findings with line and cure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from targeting.contracts.policy import Policy
from targeting.contracts.yaml_file import Finding, Key, checked, plain_value
from targeting.errors import PolicyError


@dataclass(frozen=True)
class PolicyFile:
    """A policy file as read: the policy if it holds together, and everything found on the way."""

    path: Path
    policy: Policy | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Findings that forbid using the policy."""
        return tuple(finding for finding in self.findings if finding.severity == "error")


def load_policy(path: Path) -> Policy:
    """The policy in a file. Raises PolicyError with file, line and cure of everything that is wrong with it."""
    file = read_policy(path)
    if file.policy is None:
        raise PolicyError("\n".join(f"{path}:{finding}" for finding in file.errors))
    return file.policy


def read_policy(path: Path) -> PolicyFile:
    """The file with its findings. Raises PolicyError only if it cannot be read at all."""
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise PolicyError(f"{path}: {error.strerror}. Give the path of a policy file.") from error
    except UnicodeDecodeError as error:
        raise PolicyError(f"{path}: not UTF-8 text (byte {error.start}). Save the file as UTF-8.") from error
    lines: dict[Key, int] = {}
    findings: list[Finding] = []
    value = plain_value(text, lines, findings)
    policy = None if findings else checked(Policy, value, lines, findings)
    if policy is not None:
        policy._sha256 = hashlib.sha256(content).hexdigest()
        findings += [*_contradictions(policy, lines), *_doubts(policy, lines)]
    usable = all(finding.severity != "error" for finding in findings)
    findings.sort(key=lambda finding: finding.line)
    return PolicyFile(path, policy if usable else None, tuple(findings))


def _contradictions(policy: Policy, lines: dict[Key, int]) -> list[Finding]:
    """A gate that stands twice, and a limit that `parameters` lacks: errors, each at its gate."""
    ids = [gate.id for gate in policy.gates]
    errors: list[tuple[int, str, str]] = []
    for place, gate in enumerate(policy.gates):
        if gate.id in ids[:place]:
            errors.append((place, f"gate {gate.id} stands twice", "Keep one"))
        unknown = sorted(set(gate.args + gate.verify) - set(policy.parameters)) if gate.numeric else []
        errors += [
            (place, f"gate {gate.id} names '{name}', which is not under 'parameters'", "Add it there, or correct it")
            for name in unknown
        ]
    return [
        Finding(lines.get(("gates", place), 1), "error", f"gates.{place}", message, cure)
        for place, message, cure in errors
    ]


def _doubts(policy: Policy, lines: dict[Key, int]) -> list[Finding]:
    """Warnings about a policy that can be used."""
    used = {name for gate in policy.gates if gate.numeric for name in gate.args + gate.verify}
    period = policy.policy.effective
    doubts: list[tuple[str, str, str]] = [
        (f"parameters.{name}", "no gate uses this parameter", "Remove it, or name it in a gate")
        for name in policy.parameters
        if name not in used
    ]
    for path, number in policy.numbers():
        if number.unit.startswith("IDR") and number.period is None:
            doubts.append((path, "a rupiah line without the period it was measured in", "Add 'period', e.g. 2025-03"))
        doubts += [
            (path, f"the value of {day} starts outside the policy's period", "Correct the date")
            for day in number.values_by_date
            if not period.from_ <= day <= period.to
        ]
    return [Finding(_line_of(path, lines), "warning", path, message, cure) for path, message, cure in doubts]


def _line_of(path: str, lines: dict[Key, int]) -> int:
    """Line of a dotted path; a key of the file may hold a dot, no path to a number does."""
    return lines.get(tuple(int(part) if part.isdigit() else part for part in path.split(".")), 1)
