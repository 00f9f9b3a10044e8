"""Every command's help has an example, and every example runs: all of them are typed one after the other."""

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

IN_THIS_ORDER = """
run, runs, report, explain, metrics, sensitivity, simulate, diff, committee, export, dpia,
lottery commit, lottery check, validate, init, schema, doctor, policy check, policy diff, policy test,
synth, link, sample-for-review, evaluate, registry build, registry info, nationwide, pmt train, pmt score, pmt evaluate,
override add, override list, override withdraw, override export, override import,
review export, review import, review list, review evaluate, review undo, review serve, replace,
key create, key info, audit list, audit head, audit verify, subject, backup, erase, restore, key rotate, purge, encrypt
"""
"""Who types the examples so has made what the next ones read: a second run to compare, links, a model, workbooks."""


BEFORE = {
    "encrypt": ("targeting key create --file store.key", "export TARGETING_STORE_KEY_FILE=store.key"),
}
"""What the help says that comes first."""


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


def test_every_command_answers_in_json() -> None:
    without = [name for name, one in COMMANDS.items() if not any("--json" in each.opts for each in one.params)]
    assert without == []


def test_every_example_runs_and_its_tables_fit_80_columns(typist: Any, made_by_hand: Any) -> None:
    made_by_hand["draft.yaml"](typist.folder)
    order = " ".join(IN_THIS_ORDER.split()).split(", ")
    assert sorted(order) == sorted(COMMANDS)
    failed: dict[str, str] = {}
    drawn: list[str] = []
    for name in order:
        if name == "lottery check":  # the newest list, from the folder that is named after its run
            shutil.copy(max((typist.folder / "out").glob("*/candidate.csv")), typist.folder)
        for line in BEFORE.get(name, ()):
            assert typist.types(line).returncode == 0
        done = typist.types(shlex.join(["targeting", *example(COMMANDS[name])]))
        drawn += [line for line in done.stdout.splitlines() if line.startswith(("┏", "┡", "│"))]
        if done.returncode != 0:
            failed[name] = done.stderr
    assert failed == {}
    assert len(drawn) > 100
    assert [line for line in drawn if len(line) > 80] == []
    # A table that is wider is cut at its right edge.
    assert [line for line in drawn if line[:1] in "│┃" and line.rstrip()[-1:] not in "│┃"] == []


@pytest.fixture
def workplace(typist: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as the examples expect it."""
    monkeypatch.chdir(typist.folder)
    return Path(typist.folder)


def test_a_tab_offers_what_the_store_has(workplace: Path, monkeypatch: pytest.MonkeyPatch, published: Any) -> None:
    monkeypatch.setenv("_TARGETING_COMPLETE", "complete_bash")

    def offered(typed: str) -> list[str]:
        monkeypatch.setenv("COMP_WORDS", f"targeting {typed}")
        monkeypatch.setenv("COMP_CWORD", str(len(typed.split())))
        return CliRunner().invoke(app, prog_name="targeting").stdout.split()

    first = next(one["household_id"] for one in published.result["candidates"] if one["rank"] == 1)
    assert offered("export 20") == [published.result["run_id"]]
    assert offered(f"explain {first[:-1]}")[0] == first
    assert offered("committee --district 34") == ["34.04", "34.71"]
    assert offered("schema dtsen") == ["dtsen-family", "dtsen-person"]
    (workplace / "targeting.duckdb").unlink()
    assert [offered(typed) for typed in ("export 20", "explain P", "committee --district 3")] == [[], [], []]


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
