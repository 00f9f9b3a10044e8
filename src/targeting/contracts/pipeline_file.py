"""Read a pipeline file: strict YAML, then the run it declares, or every mistake with its line and cure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from targeting.contracts.config import DtsenSources, PipelineConfig, PpseSources, Source
from targeting.contracts.yaml_file import Finding, read_declared

NOT_CODES = "a code is not text of the form 34.04"
QUOTED = 'Write district codes in quotes, ["34.04", "35.07"]: YAML would read numbers, and 34.10 become 34.1'


def load_pipeline(path: Path) -> PipelineConfig:
    """The declared run, its input paths made absolute from the file's own folder; outputs stay as written.

    Raises UsageError with file, line and cure of everything that is wrong with it.
    """
    config = read_declared(path, PipelineConfig, "pipeline file", _districts_told_once)
    return _anchored(config, path.resolve().parent)


def _districts_told_once(findings: list[Finding]) -> list[Finding]:
    """The findings, those on district codes as one: each code without quotes is one, and then the list seems empty."""
    of_codes = [finding for finding in findings if finding.where.startswith("districts.")]
    if not of_codes:
        return findings
    once = replace(of_codes[0], where="districts", message=NOT_CODES, cure=QUOTED)
    return [once, *(finding for finding in findings if not finding.where.startswith("districts"))]


def _anchored(config: PipelineConfig, folder: Path) -> PipelineConfig:
    """The same run with its inputs' paths absolute."""

    def source(one: Source) -> Source:
        return one.model_copy(update={"path": folder / one.path})

    def optional(path: Path | None) -> Path | None:
        return None if path is None else folder / path

    members = None if config.ppse.members is None else source(config.ppse.members)
    linkage = {"spec": optional(config.linkage.spec), "model": optional(config.linkage.model)}
    return config.model_copy(
        update={
            "regions": optional(config.regions),
            "seed_file": optional(config.seed_file),
            "ppse": PpseSources(households=source(config.ppse.households), members=members),
            "dtsen": DtsenSources(
                families=None if config.dtsen.families is None else source(config.dtsen.families),
                persons=None if config.dtsen.persons is None else source(config.dtsen.persons),
                registry=optional(config.dtsen.registry),
                keep=config.dtsen.keep,
            ),
            "prior": None if config.prior is None else source(config.prior),
            "policy": folder / config.policy,
            "linkage": config.linkage.model_copy(update=linkage),
        }
    )
