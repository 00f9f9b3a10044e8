"""Read a policy file: strict YAML whose every key knows its line, then the policy, or findings with line and cure."""

from __future__ import annotations

import difflib
import hashlib
import types
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from targeting.contracts.policy import Policy
from targeting.errors import PolicyError

Key = tuple[str | int, ...]
"""Where a value stands in the file: keys and positions from the top."""

MERGE = "tag:yaml.org,2002:merge"

SCALARS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": lambda text: text.lower() == "true",
    "null": lambda _: None,
    "timestamp": date.fromisoformat,
}
"""What a YAML scalar becomes, by its tag."""


@dataclass(frozen=True)
class PolicyFinding:
    """What is wrong or doubtful in a policy file, where, and what to do."""

    line: int
    severity: str
    where: str
    message: str
    cure: str

    def __str__(self) -> str:
        """One line, without the file's name."""
        return (
            f"{self.line}: {self.where}: {self.message}. {self.cure}" if self.where else f"{self.message}. {self.cure}"
        )


@dataclass(frozen=True)
class PolicyFile:
    """A policy file as read: the policy if it holds together, and everything found on the way."""

    path: Path
    policy: Policy | None
    findings: tuple[PolicyFinding, ...]

    @property
    def errors(self) -> tuple[PolicyFinding, ...]:
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
    findings: list[PolicyFinding] = []
    value = _plain_value(text, lines, findings)
    policy = None if findings else _policy(value, lines, findings)
    if policy is not None:
        policy._sha256 = hashlib.sha256(content).hexdigest()
        findings += _doubts(policy, lines)
    return PolicyFile(path, policy, tuple(sorted(findings, key=lambda finding: finding.line)))


def _plain_value(text: str, lines: dict[Key, int], findings: list[PolicyFinding]) -> Any:
    """The document as dicts, tuples and scalars; `lines` and `findings` are filled."""
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        findings.append(PolicyFinding(line, "error", "yaml", str(error.problem or error.context), "Correct the YAML"))
        return None
    except YAMLError as error:
        findings.append(PolicyFinding(1, "error", "yaml", str(error).splitlines()[0], "Correct the YAML"))
        return None
    if not isinstance(node, MappingNode):
        findings.append(PolicyFinding(1, "error", "yaml", "the file is not a mapping of keys", "Start with 'policy:'"))
        return None
    return _Reader(lines, findings).value(node, ())


@dataclass
class _Reader:
    """Turns YAML nodes into plain values: no anchors, no tags, no key twice."""

    lines: dict[Key, int]
    findings: list[PolicyFinding]

    def value(self, node: Any, key: Key) -> Any:
        """The node's value; what it may not be is a finding and None."""
        self.lines.setdefault(key, node.start_mark.line + 1)
        if node.anchor is not None:
            return self.refuse(node, key, f"anchor '&{node.anchor}'", "Write the value out in each place")
        match node:
            case MappingNode():
                return self.mapping(node, key)
            case SequenceNode():
                return tuple(self.value(item, (*key, index)) for index, item in enumerate(node.value))
            case _:
                return self.scalar(node, key)

    def mapping(self, node: MappingNode, key: Key) -> dict[Any, Any]:
        """The mapping's values by key; a key that stands twice is a finding."""
        values: dict[Any, Any] = {}
        for name_node, value_node in node.value:
            name = self.key(name_node, key)
            if name in values:
                first = self.lines[*key, str(name)]
                self.refuse(name_node, (*key, str(name)), f"the key stands twice, first on line {first}", "Keep one")
                continue
            self.lines[*key, str(name)] = name_node.start_mark.line + 1
            values[name] = self.value(value_node, (*key, str(name)))
        return values

    def key(self, node: Any, key: Key) -> Any:
        """A key: text, or a date where dates are keys. Numbers must be quoted, or 34.10 would become 34.1."""
        if not isinstance(node, ScalarNode) or node.tag == MERGE:
            return self.refuse(node, key, "a key must be plain text", "Write the keys out")
        name = self.scalar(node, key)
        if isinstance(name, str | date):
            return name
        self.refuse(node, (*key, node.value), "the key is not text", f'Write it in quotes: "{node.value}"')
        return node.value

    def scalar(self, node: Any, key: Key) -> Any:
        """Text, number, true or false, date or null."""
        kind = str(node.tag).removeprefix("tag:yaml.org,2002:")
        if kind not in SCALARS:
            return self.refuse(node, key, f"the tag '{node.tag}' is not allowed", "Remove the tag")
        try:
            return SCALARS[kind](str(node.value))
        except ValueError:
            return self.refuse(node, key, f"this is no plain {kind}", "Write text in quotes, dates as 2026-01-31")

    def refuse(self, node: Any, key: Key, message: str, cure: str) -> None:
        """Add an error at the node."""
        self.findings.append(PolicyFinding(node.start_mark.line + 1, "error", _dotted(key), message, cure))


def _policy(value: Any, lines: dict[Key, int], findings: list[PolicyFinding]) -> Policy | None:
    """The policy the values make, or None and a finding for each thing that does not fit."""
    try:
        return Policy.model_validate(value)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        findings += [_problem(problem["type"], problem["msg"], problem["loc"], lines) for problem in problems]
    return None


def _problem(kind: str, message: str, location: Key, lines: dict[Key, int]) -> PolicyFinding:
    """A pydantic error in the words of the file."""
    location = tuple(part for part in location if part != "[key]")
    known = Key(location)
    while known not in lines and known:
        known = known[:-1]
    match kind:
        case "extra_forbidden":
            message, cure = "unknown key", _spelling(str(location[-1]), _fields_at(location[:-1]))
        case "missing":
            message, cure = "the key is missing", f"Add '{location[-1]}'"
        case "value_error":
            message, cure = message.removeprefix("Value error, "), "Correct the policy file"
        case _:
            cure = "Correct the value"
    return PolicyFinding(lines.get(known, 1), "error", _dotted(location), message, cure)


def _spelling(name: str, fields: list[str]) -> str:
    """What the writer may have meant by an unknown key."""
    close = difflib.get_close_matches(name, fields, n=1)
    meant = f"Did you mean '{close[0]}'? " if close else ""
    return f"{meant}Known keys here: {', '.join(fields)}"


def _fields_at(location: Key) -> list[str]:
    """Keys that the file may have at a place."""
    kind: Any = Policy
    for part in location:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            fields = {field.alias or name: field.annotation for name, field in kind.model_fields.items()}
            kind = _inner(fields.get(str(part)))
        else:
            kind = _inner([arm for arm in get_args(kind) if arm is not Ellipsis][-1])
    is_model = isinstance(kind, type) and issubclass(kind, BaseModel)
    return [field.alias or name for name, field in kind.model_fields.items()] if is_model else []


def _inner(annotation: Any) -> Any:
    """The annotation without `| None`."""
    if get_origin(annotation) in (Union, types.UnionType):
        return next(arm for arm in get_args(annotation) if arm is not type(None))
    return annotation


def _doubts(policy: Policy, lines: dict[Key, int]) -> list[PolicyFinding]:
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
    return [PolicyFinding(_line_of(path, lines), "warning", path, message, cure) for path, message, cure in doubts]


def _line_of(path: str, lines: dict[Key, int]) -> int:
    """Line of a dotted path; a key of the file may hold a dot, no path to a number does."""
    return lines.get(tuple(int(part) if part.isdigit() else part for part in path.split(".")), 1)


def _dotted(key: Key) -> str:
    return ".".join(str(part) for part in key)
