"""What is said where Spark cannot run: a Java that is missing or too old, no pyspark."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from targeting.contracts.config import LinkageSettings
from targeting.errors import UsageError
from targeting.linkage.engines import choice
from targeting.linkage.engines.java import Java, check_java, found_java, release_of


@pytest.mark.parametrize(
    ("said", "release"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_402"', 8),
        ('openjdk version "21" 2023-09-19', 21),
        ("no java here", None),
    ],
)
def test_the_release_of_a_java_is_read_from_what_it_says(said: str, release: int | None) -> None:
    assert release == release_of(said)


def java_home(folder: Path, version: str) -> Path:
    """A folder with a java that says a version."""
    command = folder / "bin" / "java"
    command.parent.mkdir(parents=True)
    command.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n", encoding="utf-8")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return folder


def test_a_java_that_is_too_old_is_named_with_a_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(java_home(tmp_path, "1.8.0_402")))
    assert Java(str(tmp_path / "bin" / "java"), 8) == found_java()
    with pytest.raises(UsageError, match=r"needs Java 17 or newer, and .* is Java 8\. Install Java 17"):
        check_java()


def test_a_java_that_is_missing_is_told_with_a_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UsageError, match=r"JAVA_HOME holds no bin/java\. Install Java 17.*targeting doctor"):
        check_java()
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match=r"no java is on the path and JAVA_HOME is not set"):
        check_java()


def test_a_pyspark_that_is_missing_is_told_with_a_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "find_spec", lambda _name: None)
    with pytest.raises(UsageError, match=r"needs pyspark, which is not installed.*targeting\[spark\].*--engine duckdb"):
        choice.open_engine(LinkageSettings(engine="spark"))
