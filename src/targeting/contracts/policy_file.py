"""Read a policy file: strict YAML, then the policy, or findings with line and cure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from targeting.contracts.policy import Policy
from targeting.contracts.policy_lint import Doubt, doubts
from targeting.contracts.yaml_file import Finding, Key, checked, plain_value
from targeting.errors import PolicyError


@dataclass(frozen=True)
class PolicyFile:
    """A policy file as read: the policy if it holds together, and everything found on the way."""

    path: Path
    policy: Policy | None
    findings: tuple[Finding, ...]
    lines: Mapping[Key, int] = field(default_factory=dict, repr=False)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Findings that forbid using the policy."""
        return tuple(finding for finding in self.findings if finding.severity == "error")


def load_policy(path: Path) -> Policy:
    """The policy in a file. Raises PolicyError with file, line and cure of everything that is wrong with it."""
    return _usable(read_policy(path))


def policy_of(text: str, name: str) -> Policy:
    """The policy in a file's text, as a store keeps it; `name` is what errors call it. Raises as `load_policy`."""
    return _usable(_read(text.encode(), Path(name)))


def _usable(file: PolicyFile) -> Policy:
    """The file's policy; PolicyError if it has errors."""
    if file.policy is None:
        raise PolicyError("\n".join(f"{file.path}:{finding}" for finding in file.errors))
    return file.policy


def read_policy(path: Path) -> PolicyFile:
    """The file with its findings. Raises PolicyError only if it cannot be read at all."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PolicyError(f"{path}: {error.strerror}. Give the path of a policy file.") from error
    return _read(content, path)


@lru_cache(maxsize=4)
def _read(content: bytes, path: Path) -> PolicyFile:
    """The file's bytes with their findings; a run asks for its policy more than once, and YAML takes its time."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PolicyError(f"{path}: not UTF-8 text (byte {error.start}). Save the file as UTF-8.") from error
    lines: dict[Key, int] = {}
    findings: list[Finding] = []
    value = plain_value(text, lines, findings)
    policy = None if findings else checked(Policy, value, lines, findings)
    if policy is not None:
        policy._sha256 = hashlib.sha256(content).hexdigest()
        policy._content = content.decode()
        findings += _located(doubts(policy), lines)
    usable = all(finding.severity != "error" for finding in findings)
    findings.sort(key=lambda finding: finding.line)
    return PolicyFile(path, policy if usable else None, tuple(findings), lines)


def with_doubts(file: PolicyFile, doubts: Sequence[Doubt]) -> PolicyFile:
    """The file with further findings, each at its line."""
    found = sorted([*file.findings, *_located(doubts, file.lines)], key=lambda finding: finding.line)
    return replace(file, findings=tuple(found))


def overlapping(file: PolicyFile) -> list[Doubt]:
    """Other files of the folder that state another policy of the same id for the same days."""
    if file.policy is None:
        return []
    mine = file.policy.policy
    found = []
    for path in sorted({*file.path.parent.glob("*.yaml"), *file.path.parent.glob("*.yml")} - {file.path}):
        other = read_policy(path).policy
        if other is None or other.policy.id != mine.id:
            continue
        theirs = other.policy.effective
        begin, end = max(mine.effective.from_, theirs.from_), min(mine.effective.to, theirs.to)
        if begin <= end:
            message = f"overlapping dates: {path.name} ({other.name}) is in force too from {begin} to {end}"
            found.append(Doubt(("policy", "effective"), "warning", message, "End one before the other begins"))
    return found


def _located(doubts: Sequence[Doubt], lines: Mapping[Key, int]) -> list[Finding]:
    """Each finding at the line of its key, or of what holds it."""

    def line(key: Key) -> int:
        return lines[key] if key in lines else line(key[:-1]) if key else 1

    return [
        Finding(line(doubt.where), doubt.severity, ".".join(map(str, doubt.where)), doubt.message, doubt.cure)
        for doubt in doubts
    ]
