"""targeting doctor: every line says what was found, and what to do where that is not enough."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from targeting.cli import doctor
from targeting.cli.main import app
from targeting.linkage.engines.java import Java
from targeting.report.labels import Language, in_language
from targeting.store import run_lock
from targeting.store.connection import connect
from targeting.store.schema import ensure_schema

PIPELINE = Path(__file__).parents[3] / "pipelines" / "wub-2026.yaml"

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


def test_a_version_that_is_not_asked_for_comes_with_a_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "installed", lambda name: "1.4.0" if name == "duckdb" else "2.1.0")
    assert doctor.package("duckdb", EN) == doctor.Finding(
        "duckdb", "1.4.0 (asked for: ~=2.0)", "attention", EN["install"]
    )
    assert doctor.package("polars", EN).state == "ok"


def test_a_scheduler_is_told_by_the_exit_code(tmp_path: Path) -> None:
    asked = ["doctor", str(tmp_path / "absent.yaml"), "--json"]
    assert [CliRunner().invoke(app, [*asked, *more]).exit_code for more in ([], ["--strict"])] == [0, 1]


def found_of(path: Path, *more: str) -> dict[str, dict[str, str]]:
    done = CliRunner().invoke(app, ["doctor", str(path), "--json", *more])
    return {one["what"]: one for one in json.loads(done.stdout)["findings"]}


def test_a_job_is_looked_at_with_its_policy_store_lock_backup_and_space(tmp_path: Path) -> None:
    db = tmp_path / "t.duckdb"
    found = found_of(PIPELINE, "--db", str(db))
    assert ("ok", "ok", "ok") == tuple(found[what]["state"] for what in ("policy", "lock", "lottery seed"))
    assert not db.exists()
    with connect(db, write=True) as con:
        ensure_schema(con)
    db.chmod(0o644)
    (tmp_path / "t.duckdb.work").mkdir()
    (tmp_path / "t.duckdb.work" / "run.json").write_text('{"run_id": "r-1"}', encoding="utf-8")
    with run_lock(db):
        found = found_of(PIPELINE, "--db", str(db))
    assert f"chmod -R go= {db} {db}.work" == found["DuckDB file"]["cure"]
    assert f"process {os.getpid()}" in found["lock"]["cure"]
    assert ("r-1: -", "go on with --resume") == (found["unfinished run"]["found"], found["unfinished run"]["cure"])
    assert "targeting backup after every run" == found["last backup"]["cure"]


def test_a_folder_that_cannot_be_written_comes_with_a_cure(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    found = found_of(PIPELINE, "--db", str(small_disk / "new" / "t.duckdb"))[f"folder {small_disk / 'new'}"]
    assert ("attention", True) == (found["state"], "--db" in found["cure"])


def test_a_job_whose_files_are_missing_is_told_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text(PIPELINE.read_text(encoding="utf-8"), encoding="utf-8")
    found = found_of(path)
    assert ("attention", "attention") == (found["ppse-household"]["state"], found["policy"]["state"])
    assert "correct its path in the pipeline file" == found["ppse-household"]["cure"]
    assert ("attention", True) == (found["lottery seed"]["state"], "No such file" in found["lottery seed"]["cure"])
    path.write_text("id: [", encoding="utf-8")
    assert "attention" == found_of(path)["pipeline file"]["state"]
