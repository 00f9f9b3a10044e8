"""The Java that Spark runs on: which one is found, and what to do when it does not do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from targeting.errors import UsageError

OLDEST = 17
"""Spark 4 is compiled for Java 17."""
CURE = (
    f"Install Java {OLDEST} or newer (on Debian and Ubuntu: apt install openjdk-{OLDEST}-jre-headless), "
    "or let JAVA_HOME name one."
)


@dataclass(frozen=True)
class Java:
    """A Java: the command, and its release, None where it does not say."""

    command: str
    release: int | None


def found_java() -> Java | None:
    """The Java that Spark would start: the one of JAVA_HOME, else the first on the path; None without one."""
    home = os.environ.get("JAVA_HOME")
    command = shutil.which(str(Path(home) / "bin" / "java")) if home else shutil.which("java")
    if command is None:
        return None
    try:
        said = subprocess.run([command, "-version"], capture_output=True, text=True, check=False, timeout=60)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return Java(command, None)
    return Java(command, release_of(said.stderr + said.stdout))


def release_of(said: str) -> int | None:
    """The release in what `java -version` says: 17 of "17.0.15", 8 of "1.8.0_402"; None where it names none."""
    version = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(version[1]) if version else None


def check_java() -> None:
    """Raise UsageError unless a Java is found that Spark can run on."""
    java = found_java()
    if java is None:
        home = os.environ.get("JAVA_HOME")
        where = "JAVA_HOME holds no bin/java" if home else "no java is on the path and JAVA_HOME is not set"
        raise UsageError(f"--engine spark needs Java, and {where}. {CURE} 'targeting doctor' shows what is found.")
    if java.release is None or java.release < OLDEST:
        which = "a Java that does not say its release" if java.release is None else f"Java {java.release}"
        raise UsageError(f"--engine spark needs Java {OLDEST} or newer, and {java.command} is {which}. {CURE}")
