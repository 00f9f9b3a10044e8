"""targeting doctor: every line says what was found, and what to do where that is not enough."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from targeting.cli import doctor
from targeting.cli.main import app
from targeting.linkage.engines.java import Java
from targeting.report.labels import Language, in_language

EN = in_language(doctor.WORDS, Language.EN)


def test_doctor_tells_versions_java_memory_and_disk() -> None:
    done = CliRunner().invoke(app, ["doctor", "--json"])
    found = {one["what"]: one for one in json.loads(done.stdout)["findings"]}
    assert 0 == done.exit_code
    assert {"targeting", "Python", "duckdb", "polars", "pyspark", "Java", "free memory"} <= set(found)
    assert "ok" == found["duckdb"]["state"]


def test_doctor_speaks_indonesian() -> None:
    done = CliRunner().invoke(app, ["doctor", "--lang", "id"], env={"COLUMNS": "200"})
    assert "memori bebas" in done.stdout


@pytest.mark.parametrize(
    ("found", "state"), [(None, "optional"), (Java("java", 11), "attention"), (Java("java", 21), "ok")]
)
def test_a_java_that_does_not_do_comes_with_a_cure(
    monkeypatch: pytest.MonkeyPatch, found: Java | None, state: str
) -> None:
    monkeypatch.setattr(doctor, "found_java", lambda: found)
    finding = doctor.java(EN)
    assert (state, state != "ok") == (finding.state, bool(finding.cure))


def test_too_little_space_comes_with_a_cure() -> None:
    assert "attention" == doctor.sized("disk", 1, 10, 2, "free space").state
    assert "free space" == doctor.sized("disk", 1, 10, 2, "free space").cure


def test_a_package_that_is_missing_comes_with_a_cure() -> None:
    assert doctor.Finding("absent-package", "none", "attention", EN["install"]) == doctor.package("absent-package", EN)
