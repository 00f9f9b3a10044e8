"""The watch over what tests give away can fail: a planted leak is found, and nobody is named in telling so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from leak_watch import Watch, people, written

PLUGINS = Path(__file__).parents[1] / "plugins"
NUMBER = next(value for value in people() if value.isdigit())
NAME = next(value for value in people() if not value.isdigit())
PLANTED = """
import os, subprocess, sys
from leak_watch import people

SAYS = "import sys; sys.std{stream}.write(sys.argv[1])"

def test_says_it():
    subprocess.run([sys.executable, "-c", SAYS.format(stream="err"), people()[0]], capture_output=True)

def test_writes_it(tmp_path):
    (tmp_path / "report.html").write_text(people()[-1], encoding="latin-1")
    (tmp_path / "report.html").chmod(0o600)

def test_leaves_a_mask():
    os.umask(0o077)

def test_is_harmless(tmp_path):
    (tmp_path / "input.csv").write_text(people()[0])
"""


@pytest.mark.parametrize("value", [NUMBER, NAME], ids=["number", "name"])
@pytest.mark.parametrize("way", ["said", "written"])
def test_a_planted_leak_is_found_and_not_repeated(tmp_path, value, way):
    watch = Watch()
    if way == "said":
        watch.hear(["export"], "", f"error: row 7 of {value} is wrong")
    else:
        path = tmp_path / "out" / "candidate.csv"
        path.parent.mkdir()
        path.write_text(f"rank,nama\n1,{value}\n", encoding="latin-1")
        path.chmod(0o600)
    told = watch.look(tmp_path)
    path = tmp_path / "out"
    if path.exists():
        (path / "candidate.csv").unlink()
    assert "given away" in told
    assert value not in told
    assert watch.look(tmp_path) == ""


def test_what_was_asked_for_and_what_is_the_tests_own_is_no_leak(tmp_path):
    watch = Watch()
    watch.hear(["export", "--reveal"], NAME)
    for name, mode in (("t.duckdb", 0o600), ("candidate-RAHASIA.csv", 0o600), ("input.csv", 0o644)):
        (tmp_path / name).write_text(NAME, encoding="latin-1")
        (tmp_path / name).chmod(mode)
    assert (watch.look(tmp_path), list(written(tmp_path))) == ("", [])


def test_a_test_that_gives_somebody_away_fails(tmp_path):
    (tmp_path / "test_planted.py").write_text(PLANTED, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "leak_watch", "-p", "no:cacheprovider", "-q", "test_planted.py"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(PLUGINS)}
    )
    assert (done.returncode, "2 failed, 2 passed" in done.stdout) == (1, True), done.stdout
    assert done.stdout.count("people of the sample are given away") >= 2
    assert (people()[0] in done.stdout, people()[-1] in done.stdout) == (False, False)
