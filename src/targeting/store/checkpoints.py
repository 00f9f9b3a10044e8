"""What the steps of an unfinished run have made, in a folder beside the store: personal data, for its owner alone.

Each checkpoint is a folder of its own, `STEP-KEY`, of Parquet files and one JSON file that has their hashes. It is
written under another name and renamed when it is whole. With a key of the store its files are sealed by it.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import polars as pl

from targeting.disk import is_full
from targeting.errors import DiskFullError, UsageError
from targeting.store.at_rest import StoreKey, sealed, store_key, unsealed
from targeting.store.checkpoint_values import Frames, joined, parted
from targeting.store.connection import owner_only

T = TypeVar("T")
VALUE = "value.json"
JOURNAL = "run.json"
SPILL = "spill"
UNFINISHED = ".partial"
UNREADABLE = (OSError, ValueError, KeyError, TypeError, StopIteration, pl.exceptions.PolarsError)
"""What reading a damaged checkpoint may raise."""


@dataclass(frozen=True)
class Checkpoints:
    """The folder of checkpoints beside a store. Nothing in it is needed once the run is published and exported."""

    folder: Path

    def read(self, step: str, key: str, kind: type[T]) -> T | None:
        """What the step made of the inputs with that key; None if it left nothing, or what it left is damaged."""
        folder, secret = self._place(step, key), store_key()
        try:
            told = json.loads(unsealed((folder / VALUE).read_bytes(), secret))
            plain = told["value"]
            if told["sha256"] != _sha256(_canonical(plain, told["files"])):
                return None
            frames = {name: _checked_frame(folder / name, sha256, secret) for name, sha256 in told["files"].items()}
            return cast("T", joined(plain, kind, frames))
        except UNREADABLE:
            return None

    def write(self, step: str, key: str, value: Any) -> None:
        """The checkpoint stands, whole, and those of the step for other inputs are gone.

        Raises DiskFullError or UsageError if it cannot be written.
        """
        place = self._place(step, key)
        unfinished = place.with_name(place.name + UNFINISHED)
        try:
            with owner_only():
                shutil.rmtree(unfinished, ignore_errors=True)
                unfinished.mkdir(parents=True)
                _write(unfinished, value)
                for older in self.folder.glob(f"{step}-*"):
                    if older != unfinished:
                        shutil.rmtree(older, ignore_errors=True)
                unfinished.rename(place)
        except (OSError, pl.exceptions.PolarsError) as error:
            refused = cannot_write(self.folder, error)
            shutil.rmtree(unfinished, ignore_errors=True)
            raise refused from None

    def journal(self) -> dict[str, Any] | None:
        """What the unfinished run wrote down of itself; None if there is none that can be read."""
        try:
            told = json.loads((self.folder / JOURNAL).read_bytes())
        except (OSError, ValueError):
            return None
        return told if isinstance(told, dict) else None

    def begin(self, journal: dict[str, Any]) -> None:
        """The run has written itself down, and its folder is made."""
        unfinished = self.folder / (JOURNAL + UNFINISHED)
        try:
            with owner_only():
                self.folder.mkdir(parents=True, exist_ok=True)
                unfinished.write_text(json.dumps(journal, ensure_ascii=False), encoding="utf-8")
                unfinished.replace(self.folder / JOURNAL)
        except OSError as error:
            raise cannot_write(self.folder, error) from None

    def steps(self) -> list[str]:
        """Steps of which something is left, by name."""
        return sorted(
            {path.name.rpartition("-")[0] for path in self._folders() if not path.name.endswith(UNFINISHED)} - {""}
        )

    def spill(self) -> Path:
        """A folder for what does not fit memory, made empty: a run that was killed leaves it behind for the next."""
        folder = self.folder / SPILL
        try:
            with owner_only():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(parents=True)
        except OSError as error:
            raise cannot_write(self.folder, error) from None
        return folder

    def tidy(self) -> None:
        """Nothing is left that a start of the same run could not use."""
        shutil.rmtree(self.folder / SPILL, ignore_errors=True)
        if not self.steps():
            self.clear()

    def clear(self, keep: Iterable[str] = ()) -> None:
        """Nothing is left but the checkpoints of the steps named, and no folder if that is nothing."""
        for path in [*self._folders(), *self.folder.glob(f"{JOURNAL}*")]:
            if path.name.rpartition("-")[0] in keep and not path.name.endswith(UNFINISHED):
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        if self.folder.is_dir() and not any(self.folder.iterdir()):
            self.folder.rmdir()

    def _place(self, step: str, key: str) -> Path:
        return self.folder / f"{step}-{key[:32]}"

    def _folders(self) -> list[Path]:
        return [path for path in self.folder.glob("*") if path.is_dir()]


def checkpoints_of(db: Path) -> Checkpoints:
    """The checkpoints beside a store."""
    return Checkpoints(db.with_name(db.name + ".work"))


def cannot_write(folder: Path, error: Exception) -> UsageError | DiskFullError:
    """A refusal of the disk as one of ours, with what to do."""
    said = str(error)
    if is_full(error, folder):
        return DiskFullError(
            f"the disk of {folder} is full; nothing was published, and the lists of earlier runs stand. "
            "Free space, then start the run again with --resume."
        )
    reason = getattr(error, "strerror", None) or said.splitlines()[0]
    return UsageError(f"{folder} cannot be written: {reason}. Check its permissions, or name another store with --db.")


def _write(folder: Path, value: Any) -> None:
    """The frames of a value, then the value with their hashes."""
    frames: Frames = {}
    plain, secret = parted(value, frames), store_key()
    files = {}
    for name, frame in frames.items():
        _write_frame(frame, folder / name, secret)
        with (folder / name).open("rb") as file:
            files[name] = hashlib.file_digest(file, "sha256").hexdigest()
    told = {"sha256": _sha256(_canonical(plain, files)), "files": files, "value": plain}
    (folder / VALUE).write_bytes(sealed(json.dumps(told, ensure_ascii=False).encode(), secret))


def _write_frame(frame: pl.DataFrame, path: Path, secret: StoreKey | None) -> None:
    """The frame as Parquet, sealed if there is a key: what polars wrote comes back to the last bit."""
    if secret is None:
        frame.write_parquet(path, compression="lz4")
        return
    content = io.BytesIO()
    frame.write_parquet(content, compression="lz4")
    path.write_bytes(sealed(content.getvalue(), secret))


def _checked_frame(path: Path, sha256: str, secret: StoreKey | None) -> pl.DataFrame:
    """The frame in a file. Raises ValueError if its bytes are not those that were written."""
    content = path.read_bytes()
    if _sha256(content) != sha256:
        raise ValueError(f"{path.name} was changed")
    return pl.read_parquet(unsealed(content, secret))


def _canonical(plain: Any, files: dict[str, str]) -> bytes:
    return json.dumps([plain, files], sort_keys=True).encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
