"""The documents say what the program does: words, exit codes and commands are those of the code."""

from __future__ import annotations

import inspect
import re
from enum import StrEnum
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from typer.main import get_command

from targeting import errors, vocabulary
from targeting.cli.main import app
from targeting.contracts.config import PipelineConfig
from targeting.contracts.linkage import LinkSpec
from targeting.linkage.blocking import KINDS
from targeting.report.labels import LABELS
from targeting.vocabulary import CandidateStatus, GateOutcome, LinkStatus

ROOT = Path(__file__).parents[2]


def read(name: str) -> str:
    """A document's text."""
    return (ROOT / name).read_text(encoding="utf-8")


def first_cells(document: str) -> list[str]:
    """The first cell of every table row, headers and rules left out."""
    cells = re.findall(r"^\| (.+?) \|", document, flags=re.MULTILINE)
    return [cell for cell in cells if cell != "word"]


def test_the_glossary_has_each_word_once() -> None:
    words = [word for cell in first_cells(read("GLOSSARY.md")) for word in cell.split(", ")]
    assert sorted({word for word in words if words.count(word) > 1}) == []


def test_the_glossary_has_every_status_severity_method_and_outcome() -> None:
    enums = [kind for _, kind in inspect.getmembers(vocabulary, inspect.isclass) if issubclass(kind, StrEnum)]
    words = {word.value for kind in enums if kind not in (StrEnum, vocabulary.Table) for word in kind}
    assert len(words) > 15
    assert sorted(words - set(re.findall(r"`([^`]+)`", read("GLOSSARY.md")))) == []


def test_the_glossary_translates_statuses_as_the_screen_does() -> None:
    shown = {key: label.id for key, label in LABELS.items() if key in {*CandidateStatus, *GateOutcome, *LinkStatus}}
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|", read("GLOSSARY.md"), flags=re.MULTILINE))
    assert len(shown) > 5
    assert shown == {key: rows.get(key) for key in shown}


def test_the_readme_has_every_exit_code() -> None:
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    codes = {kind.exit_code for kind in kinds if issubclass(kind, errors.TargetingError)}
    assert sorted(codes | {0}) == sorted(int(cell) for cell in first_cells(read("README.md")) if cell.isdigit())


def commands(tool: Any, before: str = "") -> set[str]:
    """The names of the commands, those of groups behind the group's name."""
    if not hasattr(tool, "list_commands"):
        return {before.strip()}
    context = tool.context_class(tool)
    return {
        found
        for name in tool.list_commands(context)
        for found in commands(tool.get_command(context, name), f"{before} {name}")
    }


def test_the_readme_has_every_command() -> None:
    told = re.findall(r"^\| `targeting ([a-z-]+(?: [a-z]+)?)", read("README.md"), flags=re.MULTILINE)
    assert sorted(commands(get_command(app))) == sorted(told)


def test_the_readme_shows_a_pipeline_file_and_a_linkage_spec_that_are_valid() -> None:
    pipeline, spec = re.findall(r"^```yaml\n(.+?)^```$", read("README.md"), flags=re.MULTILINE | re.DOTALL)
    assert PipelineConfig.model_validate(YAML(typ="safe").load(pipeline)).id == "wub-2026"
    assert LinkSpec.model_validate(YAML(typ="safe").load(spec)).columns["id_jenis_kelamin"].right == "sex"
    assert len(spec.splitlines()) == 10


def test_every_blocking_key_is_explained() -> None:
    explained = set(re.findall(r"`(\w+)`", read("docs/explanation/linkage.md").split("| type | key | is |")[1]))
    assert set() == {kind for kinds in KINDS.values() for kind in kinds} - explained
