"""The manifest: what a snapshot is, and the size, rows and hash of each of its files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import ValidationError

from targeting.contracts.registry import FORMAT, Kind, SnapshotManifest, SnapshotPart, SnapshotSource
from targeting.errors import InputFileError
from targeting.registry.folder import MANIFEST, OWNER

LINKAGE = "linkage"
"""Folder of the encoded side."""
CURE = "Build the snapshot again (targeting registry build), or copy it again whole."
TABLES = (".parquet", ".arrow")


@dataclass(frozen=True)
class Made:
    """What a build knows of a snapshot beside its files."""

    kind: Kind
    cut_off: date | None
    made_at: datetime
    program_version: str
    library_versions: dict[str, str]
    code_lists: str | None
    sources: Sequence[dict[str, Any]]
    records: int
    districts: dict[str, int]
    findings: dict[str, int]


@dataclass(frozen=True)
class Snapshot:
    """A snapshot that was opened: its folder and what its manifest says."""

    folder: Path
    manifest: SnapshotManifest

    @property
    def linkage(self) -> Path:
        """Where the encoded side lies."""
        return self.folder / LINKAGE

    def table(self, name: str) -> Path:
        """Where a table's districts lie."""
        return self.folder / name


def seal(folder: Path, made: Made) -> SnapshotManifest:
    """Write the manifest of a folder that is complete. Whatever the time, the parts and `content` tell the input."""
    with ThreadPoolExecutor(2) as pool:
        parts = tuple(pool.map(lambda path: _part(folder, path), _files(folder)))
    manifest = SnapshotManifest(
        kind=made.kind,
        content=_content(parts),
        cut_off=made.cut_off,
        made_at=made.made_at,
        program_version=made.program_version,
        library_versions=made.library_versions,
        code_lists=made.code_lists,
        sources=tuple(SnapshotSource.model_validate(source) for source in made.sources),
        records=made.records,
        districts=dict(sorted(made.districts.items())),
        findings=dict(sorted(made.findings.items())),
        parts=parts,
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return manifest


def says_it_is_one(folder: Path) -> bool:
    """Whether a folder has a snapshot's manifest, whole or not; other folders may have a file of that name too."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(told, dict) and {"kind", "parts"} <= set(told)


def open_snapshot(folder: Path) -> Snapshot:
    """The snapshot in a folder, each file looked for and its size compared with the manifest: a glance, no reading.

    Raises InputFileError if the folder is no snapshot, is of another format, or a file is missing or of another size.
    """
    manifest = _read(folder)
    for part in manifest.parts:
        path = folder / part.path
        size = path.stat().st_size if path.is_file() else None
        if size is None:
            raise InputFileError(f"{folder}: {part.path} is missing. {CURE}")
        if size != part.bytes:
            raise InputFileError(f"{folder}: {part.path} has {size:,} bytes instead of {part.bytes:,}. {CURE}")
    return Snapshot(folder, manifest)


def verify(snapshot: Snapshot) -> None:
    """Read every byte. Raises InputFileError naming the files that were altered or that the manifest does not know."""
    folder, told = snapshot.folder, {part.path: part for part in snapshot.manifest.parts}
    there = {path.relative_to(folder).as_posix() for path in _files(folder)}
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda path: (path, _sha256(folder / path)), told)
        altered = [path for path, sha256 in found if sha256 != told[path].sha256]
    if altered:
        raise InputFileError(f"{folder}: {', '.join(altered)} was altered since the snapshot was built. {CURE}")
    if there - set(told):
        raise InputFileError(f"{folder}: {', '.join(sorted(there - set(told)))} is no part of the snapshot. {CURE}")
    if snapshot.manifest.content != _content(snapshot.manifest.parts):
        raise InputFileError(f"{folder}: {MANIFEST} was altered since the snapshot was built. {CURE}")


def _read(folder: Path) -> SnapshotManifest:
    """The manifest. Raises InputFileError if there is none that can be read."""
    path = folder / MANIFEST
    if not folder.is_dir():
        raise InputFileError(f"{folder}: no such folder. Check the path, or build it: targeting registry build.")
    if not path.is_file():
        half = (folder / OWNER).is_file()
        why = "is a snapshot that was not finished" if half else f"holds no {MANIFEST}, so it is no snapshot"
        raise InputFileError(f"{folder} {why}. {CURE}")
    try:
        manifest = SnapshotManifest.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValidationError, UnicodeDecodeError):
        raise InputFileError(f"{path} cannot be read as a snapshot's manifest. {CURE}") from None
    if manifest.format != FORMAT:
        raise InputFileError(
            f"{folder} is laid out in format {manifest.format}, and this program reads format {FORMAT}. "
            "Build the snapshot again with this version: targeting registry build."
        )
    return manifest


def _files(folder: Path) -> Iterator[Path]:
    """All files but the manifest, in a fixed order."""
    own = {folder / MANIFEST, folder / OWNER}
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path not in own)


def _part(folder: Path, path: Path) -> SnapshotPart:
    """One file described."""
    rows = _rows(path) if path.suffix in TABLES else None
    name = path.relative_to(folder).as_posix()
    return SnapshotPart(path=name, bytes=path.stat().st_size, rows=rows, sha256=_sha256(path))


def _rows(path: Path) -> int:
    """Rows of a table, from its footer."""
    lazy = pl.scan_parquet(path) if path.suffix == ".parquet" else pl.scan_ipc(path)
    return int(lazy.select(pl.len()).collect().item())


def _sha256(path: Path) -> str:
    """Hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _content(parts: Sequence[SnapshotPart]) -> str:
    """Hash of all parts."""
    told = "".join(f"{part.path} {part.bytes} {part.rows} {part.sha256}\n" for part in parts)
    return hashlib.sha256(told.encode()).hexdigest()
