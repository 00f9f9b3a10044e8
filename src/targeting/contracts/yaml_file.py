"""Read YAML strictly: no key twice, no anchors or tags, each key knows its line; then a model, or findings."""

from __future__ import annotations

import difflib
import types
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from targeting.errors import UsageError

Model = TypeVar("Model", bound=BaseModel)
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
class Finding:
    """What is wrong or doubtful in a file, where, and what to do."""

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


Told = Callable[[list[Finding]], list[Finding]]


def read_declared(path: Path, model: type[Model], what: str, told: Told = list) -> Model:
    """What a YAML file declares. Raises UsageError with file, line and cure of everything that is wrong with it.

    `what` is the kind of file in words; `told` may say several findings as one.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}. Give the path of a {what}.") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 text (byte {error.start}). Save the file as UTF-8.") from None
    lines: dict[Key, int] = {}
    findings: list[Finding] = []
    value = plain_value(text, lines, findings)
    declared = None if findings else checked(model, value, lines, findings)
    if declared is None:
        ordered = sorted(told(findings), key=lambda finding: finding.line)
        raise UsageError("\n".join(f"{path}:{finding}" for finding in ordered))
    return declared


def plain_value(text: str, lines: dict[Key, int], findings: list[Finding]) -> Any:
    """The document as dicts, tuples and scalars; `lines` and `findings` are filled."""
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        findings.append(Finding(line, "error", "yaml", str(error.problem or error.context), "Correct the YAML"))
        return None
    except YAMLError as error:
        findings.append(Finding(1, "error", "yaml", str(error).splitlines()[0], "Correct the YAML"))
        return None
    except RecursionError:
        findings.append(Finding(1, "error", "yaml", "brackets within brackets without end", "Correct the YAML"))
        return None
    if not isinstance(node, MappingNode):
        findings.append(Finding(1, "error", "yaml", "the file is not a mapping of keys", "Write 'key: value' lines"))
        return None
    return _Reader(lines, findings).value(node, ())


@dataclass
class _Reader:
    """Turns YAML nodes into plain values: no anchors, no tags, no key twice."""

    lines: dict[Key, int]
    findings: list[Finding]

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
        self.findings.append(Finding(node.start_mark.line + 1, "error", _dotted(key), message, cure))


def checked(model: type[Model], value: Any, lines: dict[Key, int], findings: list[Finding]) -> Model | None:
    """The model the values make, or None and a finding for each thing that does not fit."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        findings += [_problem(model, problem["type"], problem["msg"], problem["loc"], lines) for problem in problems]
    return None


def _problem(model: type[BaseModel], kind: str, message: str, location: Key, lines: dict[Key, int]) -> Finding:
    """A pydantic error in the words of the file."""
    location = tuple(part for part in location if part != "[key]")
    known = Key(location)
    while known not in lines and known:
        known = known[:-1]
    match kind:
        case "extra_forbidden":
            message, cure = "unknown key", _spelling(str(location[-1]), _fields_at(model, location[:-1]))
        case "missing":
            message, cure = "the key is missing", f"Add '{location[-1]}'"
        case "value_error":
            message, cure = message.removeprefix("Value error, "), "Correct the file"
        case _:
            cure = "Correct the value"
    return Finding(lines.get(known, 1), "error", _dotted(location), message, cure)


def _spelling(name: str, fields: list[str]) -> str:
    """What the writer may have meant by an unknown key."""
    close = difflib.get_close_matches(name, fields, n=1)
    meant = f"Did you mean '{close[0]}'? " if close else ""
    return f"{meant}Known keys here: {', '.join(fields)}"


def _fields_at(model: type[BaseModel], location: Key) -> list[str]:
    """Keys that the file may have at a place."""
    kind: Any = model
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


def _dotted(key: Key) -> str:
    return ".".join(str(part) for part in key)
