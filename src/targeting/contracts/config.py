"""The pipeline file: one run, declared. Paths are relative to the file that names them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from targeting.vocabulary import PURGEABLE, Table

District = Annotated[str, StringConstraints(pattern=r"^\d{2}\.\d{2}$")]
"""Kemendagri code of a kabupaten or kota, with its dot: 34.04 is Sleman."""

COMMITMENT = r"^sha256:[0-9a-f]{64}$"
"""How the hash of a seed is written."""
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
    """DTSEN: a family file and a person file, or the folder of a snapshot that `targeting registry build` made."""

    families: Source | None = None
    persons: Source | None = None
    registry: Path | None = Field(default=None, description="folder of a snapshot instead of the files")
    keep: bool = Field(
        default=False, description="the judged rows of the files stay beside the store until the files change"
    )

    @model_validator(mode="after")
    def files_or_registry(self) -> DtsenSources:
        """Refuse both, neither, and one file alone."""
        files = [name for name in ("families", "persons") if getattr(self, name) is not None]
        if self.registry is not None and files:
            raise ValueError(f"dtsen has registry and {' and '.join(files)}: keep one or the other")
        if self.registry is None and len(files) < 2:
            raise ValueError("dtsen needs families and persons (two files), or registry (the folder of a snapshot)")
        return self

    @property
    def files(self) -> tuple[Source, Source]:
        """Families and persons. Raises ValueError where a snapshot stands for them."""
        if self.families is None or self.persons is None:
            raise ValueError("a snapshot stands in place of the DTSEN files")
        return self.families, self.persons


class SparkSettings(Strict):
    """Where Spark links and with what. What is not said follows linkage.threads and linkage.memory, on this machine."""

    master: str | None = Field(
        default=None,
        description="local[4], spark://host:7077, yarn, k8s://... or, for Spark Connect, sc://host:15002; without it "
        "that of spark-submit, else this machine",
    )
    memory: str | None = Field(default=None, pattern=MEMORY, description="of the driver and of each executor")
    partitions: int | None = Field(
        default=None,
        ge=1,
        description="parts into which the right side is divided: four for each thread of this machine, 16 on a cluster",
    )
    settings: dict[str, str] = Field(default_factory=dict, description="of Spark itself, e.g. spark.executor.cores")


class LinkageSettings(Strict):
    """How the link step runs."""

    engine: Literal["duckdb", "spark"] = Field(default="duckdb", description="what compares; the links are the same")
    spec: Path | None = Field(default=None, description="linkage spec; the built-in PPSE-DTSEN spec without it")
    model: Path | None = Field(default=None, description="trained model to use instead of training")
    keep: bool = Field(
        default=False,
        description="scored pairs stay beside the store until DTSEN, spec, model or program change; needs a model",
    )
    learn_from_decisions: bool = Field(
        default=False,
        description="what reviewers decided teaches the model that a run trains; not with linkage.model",
    )
    threads: int = Field(default=2, ge=1)
    memory: str = Field(default="4GB", pattern=MEMORY)
    spill: Path | None = Field(default=None, description="folder for what does not fit memory")
    spark: SparkSettings = SparkSettings()

    @model_validator(mode="after")
    def keeps_by_a_model(self) -> LinkageSettings:
        """Refuse to keep pairs that the next night would weigh by another model."""
        if self.keep and self.model is None:
            raise ValueError(
                "linkage.keep needs linkage.model: a model that is trained every night weighs every night anew. "
                "'targeting run --save-model FILE' makes one"
            )
        return self

    @model_validator(mode="after")
    def learns_by_training(self) -> LinkageSettings:
        """Refuse to teach a model that is given, which no run changes."""
        if self.learn_from_decisions and self.model is not None:
            raise ValueError(
                "linkage.learn_from_decisions needs a model that the run trains, and linkage.model gives one that is "
                "trained already. Leave out linkage.model, or learn_from_decisions; a run with learn_from_decisions "
                "and '--save-model FILE' makes a model that was taught"
            )
        return self


class Limits(Strict):
    """When a run must stop rather than publish."""

    max_rejected_share: float = Field(default=0.2, ge=0, le=1)
    max_link_rate_shift: float | None = Field(
        default=None, ge=0, le=1, description="share of households linked, less or more than at the last run"
    )
    max_selection_shift: float | None = Field(
        default=None, ge=0, le=1, description="share of the last run's selected who are not selected any more"
    )
    max_model_drift: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="share of links that agree on a column otherwise than those linkage.model was trained with",
    )


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
    seed: int = Field(default=0, description="every draw and lottery follows from it")
    seed_file: Path | None = Field(default=None, description="file with the seed, secret until the list is out")
    seed_commit: Annotated[str, Field(pattern=COMMITMENT)] | None = Field(
        default=None, description="hash of the seed, published before the run; another seed is refused"
    )
    districts: tuple[District, ...] = Field(min_length=1)
    regions: Path | None = Field(default=None, description="CSV of region codes instead of the built-in list")
    ppse: PpseSources
    dtsen: DtsenSources
    prior: Source | None = Field(default=None, description="earlier participants of WUB, PENA and the like")
    policy: Path
    linkage: LinkageSettings = LinkageSettings()
    limits: Limits = Limits()
    retention: dict[Table, Annotated[int, Field(ge=1)]] = Field(
        default_factory=dict, description="days that rows of a table are kept after the run; without it until a purge"
    )
    output: Output = Output()

    @model_validator(mode="after")
    def one_seed(self) -> PipelineConfig:
        """Refuse a seed that stands in the file and in a file of its own."""
        if self.seed_file is not None and "seed" in self.model_fields_set:
            raise ValueError("the run has seed and seed_file: keep one or the other")
        return self

    @field_validator("retention")
    @classmethod
    def retention_is_of_tables_with_persons(cls, retention: dict[Table, int]) -> dict[Table, int]:
        """Refuse a retention of what is no run's own, such as the audit."""
        wrong = sorted(set(retention) - set(PURGEABLE))
        if wrong:
            raise ValueError(f"{', '.join(wrong)} cannot be purged. Tables with a retention: {', '.join(PURGEABLE)}")
        return retention
