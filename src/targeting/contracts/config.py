"""The pipeline file: one run, declared. Paths are relative to the file that names them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

District = Annotated[str, StringConstraints(pattern=r"^\d{2}\.\d{2}$")]
"""Kemendagri code of a kabupaten or kota, with its dot: 34.04 is Sleman."""

MEMORY = r"^\d+(\.\d+)?(MB|GB)$"
"""How an amount of memory is written: 4GB, 800MB."""


def in_bytes(memory: str) -> int:
    """Bytes of an amount of memory that is written as MEMORY says."""
    return round(float(memory[:-2]) * {"MB": 1_000_000, "GB": 1_000_000_000}[memory[-2:]])


class Strict(BaseModel):
    """A configuration model: unknown keys are errors, instances do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Strict):
    """One input file and how to read it. Only `path` is needed; the rest is found out or defaults."""

    path: Path
    columns: dict[str, str] = Field(default_factory=dict, description="contract column: column in the file")
    code_lists: str | None = Field(default=None, description="version of the code lists, e.g. regsosek-2022k")
    sheet: str | None = None
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    encoding: str | None = None
    decimal: Literal[",", "."] | None = None
    dates: Literal["dmy", "mdy", "ymd"] = "dmy"


class PpseSources(Strict):
    """PPSE: a household file and a member file, or one flat file whose rows carry the household's head."""

    households: Source
    members: Source | None = None


class DtsenSources(Strict):
    """DTSEN: a family file and a person file."""

    families: Source
    persons: Source


class LinkageSettings(Strict):
    """How the link step runs."""

    spec: Path | None = Field(default=None, description="linkage spec; the built-in PPSE-DTSEN spec without it")
    model: Path | None = Field(default=None, description="trained model to use instead of training")
    threads: int = Field(default=2, ge=1)
    memory: str = Field(default="4GB", pattern=MEMORY)


class Limits(Strict):
    """When a run must stop rather than publish."""

    max_rejected_share: float = Field(default=0.2, ge=0, le=1)


class Output(Strict):
    """Where results go, relative to the working directory unless absolute."""

    db: Path = Path("targeting.duckdb")
    dir: Path = Path("out")
    formats: tuple[Literal["csv", "parquet", "xlsx"], ...] = ("csv", "parquet", "xlsx")


class PipelineConfig(Strict):
    """A whole run."""

    id: str
    purpose: str = Field(min_length=10, description="why the data is processed; stored with every run")
    as_of: date | None = Field(default=None, description="reference date for ages and dated values")
    seed: int = 0
    districts: tuple[District, ...] = Field(min_length=1)
    regions: Path | None = Field(default=None, description="CSV of region codes instead of the built-in list")
    ppse: PpseSources
    dtsen: DtsenSources
    prior: Source | None = Field(default=None, description="earlier participants of WUB, PENA and the like")
    policy: Path
    linkage: LinkageSettings = LinkageSettings()
    limits: Limits = Limits()
    output: Output = Output()
