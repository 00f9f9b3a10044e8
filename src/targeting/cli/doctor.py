"""targeting doctor: what this machine has of what the program needs, and what to do where something is missing."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Annotated

import typer
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from targeting import __version__
from targeting.cli.doctor_job import WORDS as JOB_WORDS
from targeting.cli.doctor_job import job_findings
from targeting.cli.findings import Finding, sized
from targeting.cli.options import AsJson, Lang, now
from targeting.cli.output import print_json, print_table
from targeting.linkage.engines.java import OLDEST, found_java
from targeting.memory import allowed_bytes, free_bytes
from targeting.report.labels import Label, Language, in_language

NEEDED = ("polars", "duckdb", "pyarrow", "numpy", "scipy")
"""Packages whose versions matter when results are compared."""
ATTENTION = 1
"""The exit code of --strict where something needs attention."""
LEAST_MEMORY, LEAST_DISK = 2_000_000_000, 2_000_000_000
"""Bytes below which a run of a district is likely to fail."""

WORDS: Mapping[str, Label] = {
    "title": Label("mesin ini", "this machine"),
    "what": Label("apa", "what"),
    "found": Label("ditemukan", "found"),
    "state": Label("keadaan", "state"),
    "cure": Label("yang perlu dilakukan", "what to do"),
    "ok": Label("baik", "fine"),
    "optional": Label("tidak wajib", "optional"),
    "attention": Label("perhatikan", "attention"),
    "none": Label("tidak ada", "none"),
    "memory": Label("memori bebas", "free memory"),
    "disk": Label("ruang kosong di", "free space in"),
    "processors": Label("prosesor", "processors"),
    "asked": Label("diminta", "asked for:"),
    "install": Label("pasang lagi paket targeting", "install the package targeting again"),
    "pyspark": Label(
        "hanya untuk --engine spark: pip install 'targeting[spark]'",
        "for --engine spark only: pip install 'targeting[spark]'",
    ),
    "java": Label(
        f"hanya untuk --engine spark: pasang Java {OLDEST} atau lebih baru, atau isi JAVA_HOME",
        f"for --engine spark only: install Java {OLDEST} or newer, or let JAVA_HOME name one",
    ),
    "more_memory": Label(
        "tutup program lain, atau perkecil --memory", "close other programs, or give --memory a smaller amount"
    ),
    "more_disk": Label("kosongkan ruang, atau pakai folder lain", "free space, or work in another folder"),
}


def doctor(
    pipeline_file: Annotated[
        Path | None, typer.Argument(metavar="[PIPELINE.yaml]", help="A job to be looked at besides the machine.")
    ] = None,
    *,
    db: Annotated[Path | None, typer.Option("--db", help="DuckDB file instead of the pipeline's.")] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with 1 if anything needs attention: for a scheduler.")
    ] = False,
    lang: Lang = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Show versions, Java, memory and disk space of this machine, and what to do where something is missing.

    With a pipeline file also its input files, policy, register's age, store, lock, unfinished run, backups and space.
    Nothing is changed and nothing is sent anywhere. Java and pyspark are needed for --engine spark only.

    Example: targeting doctor pipelines/wub-2026.yaml
    """
    words = in_language(WORDS, lang)
    found = findings(words)
    if pipeline_file is not None:
        cures = (words["more_memory"], words["more_disk"])
        found += job_findings(pipeline_file, db, now(), in_language(JOB_WORDS, lang), cures)
    if as_json:
        print_json({"findings": [asdict(finding) for finding in found]})
    else:
        rows = [(one.what, one.found, words[one.state], one.cure) for one in found]
        print_table(words["title"], [words[name] for name in ("what", "found", "state", "cure")], rows)
    if strict and any(one.state == "attention" for one in found):
        raise typer.Exit(ATTENTION)


def findings(words: Mapping[str, str]) -> list[Finding]:
    """Everything that is looked at, in the order of the table."""
    return [
        Finding("targeting", __version__, "ok"),
        Finding("Python", platform.python_version(), "ok"),
        *(package(name, words) for name in NEEDED),
        *(one for name in asked_for() if name not in NEEDED and (one := package(name, words)).state != "ok"),
        spark(words),
        java(words),
        Finding(words["processors"], str(os.cpu_count() or 1), "ok"),
        memory(words),
        *(disk(folder, words) for folder in dict.fromkeys((Path.cwd(), Path(tempfile.gettempdir())))),
    ]


def package(name: str, words: Mapping[str, str]) -> Finding:
    """The version of a package that is always needed, held against what this program asks for."""
    found, asked = installed(name), asked_for().get(name)
    if found is None:
        return Finding(name, words["none"], "attention", words["install"])
    if asked is not None and not asked.contains(found, prereleases=True):
        return Finding(name, f"{found} ({words['asked']} {asked})", "attention", words["install"])
    return Finding(name, found, "ok")


@cache
def asked_for() -> dict[str, SpecifierSet]:
    """Versions of packages that this program asks for, by package; those of extras are left out."""
    try:
        known = [Requirement(line) for line in requires("targeting") or []]
    except PackageNotFoundError:
        return {}
    return {one.name: one.specifier for one in known if one.marker is None}


def spark(words: Mapping[str, str]) -> Finding:
    """The version of pyspark, which one engine needs."""
    found = installed("pyspark")
    return Finding("pyspark", found, "ok") if found else Finding("pyspark", words["none"], "optional", words["pyspark"])


def java(words: Mapping[str, str]) -> Finding:
    """The Java that Spark would start."""
    found = found_java()
    if found is None:
        return Finding("Java", words["none"], "optional", words["java"])
    fits = found.release is not None and found.release >= OLDEST
    told = f"{found.release or '?'} ({found.command})"
    return Finding("Java", told, "ok") if fits else Finding("Java", told, "attention", words["java"])


def memory(words: Mapping[str, str]) -> Finding:
    """Memory that programs can still have."""
    free, whole = free_bytes(), allowed_bytes()
    return sized(words["memory"], free, whole, LEAST_MEMORY, words["more_memory"])


def disk(folder: Path, words: Mapping[str, str]) -> Finding:
    """Space on the disk of a folder: results go to the working one, what does not fit memory to the temporary one."""
    usage = shutil.disk_usage(folder)
    return sized(f"{words['disk']} {folder}", usage.free, usage.total, LEAST_DISK, words["more_disk"])


def installed(name: str) -> str | None:
    """The version of a package, None where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None
