"""targeting link and evaluate: what is wrong is told before the work, with its exit code."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from targeting.cli.main import app
from targeting.errors import TargetingError
from targeting.linkage.engines.duckdb import DuckDbEngine
from targeting.linkage.steps import Step, Table

SPEC = "left: {id: id}\nright: {id: id}\ncolumns: {nama: name, lahir: date}\n"
ROWS = "id;nama;lahir\n1;Siti Aminah;1990-01-02\n2;Budi Santoso;1985-05-05\n"


@pytest.fixture
def files(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    for name in ("left.csv", "right.csv"):
        (tmp_path / name).write_text(ROWS, encoding="utf-16")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--out", "links.csv", "--memory", "lots"), 2, "Write it like 4GB or 800MB"),
        (("--out", "left.csv/links.csv"), 2, "Name another place with --out"),
        (("--out", "links.xlsx"), 2, "its ending must be"),
        (("--out", "links.csv", "--save-model", "."), 2, "with --save-model"),
        (("--out", "links.csv", "--model", "absent.json"), 12, "absent.json"),
    ],
)
def test_what_cannot_be_acted_on_is_told_before_the_files_are_read(files, arguments, code, told):
    (files / "left.csv").write_bytes(b"\x00\x01 no table")
    done = CliRunner().invoke(app, ["link", "left.csv", "right.csv", "--spec", "spec.yaml", *arguments])
    assert isinstance(done.exception, TargetingError)
    assert code == done.exception.exit_code
    assert told in str(done.exception)
    assert not (files / "links.csv").exists()


@pytest.mark.parametrize("command", ["link", "evaluate"])
def test_a_file_that_is_not_there_ends_with_10(files, command):
    options = ["--spec", "spec.yaml", "--out", "links.csv"] if command == "link" else []
    done = CliRunner().invoke(app, [command, "absent.csv", "right.csv", *options])
    assert isinstance(done.exception, TargetingError)
    assert 10 == done.exception.exit_code


def test_an_engine_short_of_memory_says_what_to_do():
    with DuckDbEngine(1, "1MB") as engine, pytest.raises(TargetingError, match="needs more than 1MB") as refused:
        engine.keep(Step("many", "SELECT range AS a, hash(range) AS b FROM range(3000000) ORDER BY b", Table("many")))
    assert 2 == refused.value.exit_code
