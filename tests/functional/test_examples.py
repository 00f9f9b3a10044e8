"""Every command's help has an example; all of them can be typed so, and the quick ones run on a published run."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from targeting.cli.main import app

ROOT = Path(__file__).parents[2]
QUICK = """
export, committee, runs, dpia, purge, schema, doctor, backup, lottery commit, policy check,
override add, override list, override withdraw, audit list, audit head, audit verify, key create, key info, key rotate,
review export, review list
"""
"""Commands whose example takes less than a second."""


def commands(group: Any, names: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command by its name, those of groups behind the group's."""
    for name, one in group.commands.items():
        if hasattr(one, "commands"):
            yield from commands(one, (*names, name))
        else:
            yield " ".join((*names, name)), one


COMMANDS = dict(commands(typer.main.get_command(app)))


def example(command: Any) -> list[str]:
    """The words of the example in a command's help, `targeting` left out; empty without one."""
    found = re.search(r"Example: targeting ((?:.+\n?)+)", command.help or "")
    return shlex.split(found.group(1)) if found else []


def test_every_help_has_an_example_of_its_own_command() -> None:
    assert len(COMMANDS) > 45
    assert [name for name, one in COMMANDS.items() if " ".join(example(one)[: len(name.split())]) != name] == []


def test_every_example_can_be_typed_so() -> None:
    for name, one in COMMANDS.items():
        given = example(one)[len(name.split()) :]
        one.make_context(name, given)  # raises what is wrong with an option, an argument or a value


def test_every_command_answers_in_json() -> None:
    """All but `schema`, which prints nothing else."""
    without = [name for name, one in COMMANDS.items() if not any("--json" in each.opts for each in one.params)]
    assert without == ["schema"]


@pytest.fixture
def workplace(published, tmp_path, monkeypatch) -> Path:
    """A folder as the examples expect it: the program's files, a published run, no key of the pseudonyms."""
    for name in ("data", "pipelines"):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copy(published.db, tmp_path / "targeting.duckdb")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("TARGETING_PSEUDONYM_KEY")
    monkeypatch.setenv("TARGETING_OPERATOR", "tester")
    return tmp_path


def test_the_quick_examples_run_one_after_the_other_and_their_tables_fit_80_columns(workplace: Path) -> None:
    ended: dict[str, tuple[int, str]] = {}
    drawn: list[str] = []
    for name in " ".join(QUICK.split()).split(", "):
        done = CliRunner().invoke(app, example(COMMANDS[name]))
        ended[name] = (done.exit_code, str(done.exception or ""))
        drawn += [line for line in done.stdout.splitlines() if line.startswith(("┏", "┡", "│"))]
    assert len(drawn) > 50
    assert [line for line in drawn if len(line) > 80] == []
    assert {name: told for name, told in ended.items() if told[0] != 0} == {}


def test_a_tab_offers_the_runs_of_the_store(workplace: Path, monkeypatch: pytest.MonkeyPatch, published: Any) -> None:
    monkeypatch.setenv("_TARGETING_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "targeting export 20")
    monkeypatch.setenv("COMP_CWORD", "2")
    assert CliRunner().invoke(app, prog_name="targeting").stdout.split() == [published.result["run_id"]]
    (workplace / "targeting.duckdb").unlink()
    assert CliRunner().invoke(app, prog_name="targeting").stdout.split() == []


def test_what_is_decided_and_made_is_told_in_json(workplace: Path) -> None:
    why = ["--reason", "alamat sedang diperiksa", "--json"]

    def told(*arguments: str) -> dict[str, Any]:
        return json.loads(CliRunner().invoke(app, arguments).stdout)

    assert told("override", "add", "PPSE-0000012", "--kind", "hold", *why) == {
        "override_id": "O-0001",
        "kind": "hold",
        "known": True,
    }
    assert told("override", "withdraw", "O-0001", *why)["withdrawn"] is True
    first = told("key", "create", "--json")
    second = told("key", "rotate", "--json")
    assert (first["file"], first["mark"] in second["old"]) == (second["file"], True)
    head = told("audit", "head", "--out", "head.json", "--json")
    assert json.loads((workplace / "head.json").read_text()) == {name: head[name] for name in ("sequence", "hash")}
    files = told("export", "--format", "csv", "--json")["files"]
    assert [Path(path).name for path in files] == ["candidate.csv", "candidate.datapackage.json", "BACA-SAYA.txt"]
