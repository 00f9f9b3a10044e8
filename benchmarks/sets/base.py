"""What a linkage test set is, and how it lies on disk."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl


@dataclass(frozen=True)
class LinkageSet:
    """Two files of persons and the true pairs between them.

    `columns` maps each column to its type in a `targeting link` spec; `model` names the Splink model of
    `splink_models.py`; `truth` has `id_l` and `id_r`, the values of the id columns as text.
    """

    name: str
    model: str
    left: pl.DataFrame
    right: pl.DataFrame
    truth: pl.DataFrame
    columns: dict[str, str]
    assignment: str = "one_to_one"
    ids: tuple[str, str] = ("id", "id")
    household: tuple[str, str] | None = None
    note: str = field(default="")


@dataclass(frozen=True)
class Files:
    """The files of one set on disk."""

    folder: Path

    @property
    def left(self) -> Path:
        return self.folder / "left.parquet"

    @property
    def right(self) -> Path:
        return self.folder / "right.parquet"

    @property
    def truth(self) -> Path:
        return self.folder / "truth.parquet"

    @property
    def spec(self) -> Path:
        """The spec of `targeting link` without the household line: what Splink sees too."""
        return self.folder / "spec.yaml"

    @property
    def household_spec(self) -> Path:
        """The same with the household line, if the set has households; Splink has no use for it."""
        return self.folder / "spec-household.yaml"

    @property
    def is_one_file(self) -> bool:
        """Whether the two sides are one file, to be linked with itself."""
        return self.assignment == "many_to_many"

    @property
    def assignment(self) -> str:
        return str(self._about["assignment"])

    @property
    def model(self) -> str:
        """The Splink model of `splink_models.py`."""
        return str(self._about["model"])

    @property
    def ids(self) -> tuple[str, str]:
        return self._about["ids"][0], self._about["ids"][1]

    @property
    def kinds(self) -> dict[str, str]:
        """Column to type, as in the spec."""
        return dict(self._about["columns"])

    @property
    def _about(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "about.json").read_text()))


def spec_text(made: LinkageSet, *, with_household: bool) -> str:
    """The spec of `targeting link` as YAML: ids, a type for each column, the assignment; all else by default."""
    lines = [f"left: {{id: {made.ids[0]}}}", f"right: {{id: {made.ids[1]}}}", "columns:"]
    lines += [f"  {column}: {kind}" for column, kind in made.columns.items()]
    lines.append(f"assignment: {made.assignment}")
    if with_household and made.household:
        lines.append(f"household: {{left: {made.household[0]}, right: {made.household[1]}}}")
    return "\n".join(lines) + "\n"


def write(made: LinkageSet, folder: Path) -> Files:
    """Write the set's Parquet files, specs and `about.json` (set, model, assignment, ids) into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    files = Files(folder)
    made.left.write_parquet(files.left)
    made.right.write_parquet(files.right)
    made.truth.select("id_l", "id_r").write_parquet(files.truth)
    files.spec.write_text(spec_text(made, with_household=False))
    if made.household:
        files.household_spec.write_text(spec_text(made, with_household=True))
    about = {"set": made.name, "model": made.model, "assignment": made.assignment}
    about |= {"ids": made.ids, "columns": made.columns}
    (folder / "about.json").write_text(json.dumps(about, indent=1))
    return files


def shuffled(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The rows in a random order, so that no row order tells who is who."""
    return frame.sample(fraction=1.0, shuffle=True, seed=seed)
