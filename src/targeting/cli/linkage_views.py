"""What `targeting link` can show of a linkage: one pair explained, a profile, charts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from targeting import store
from targeting.cli.key import pseudonym_key
from targeting.cli.options import now
from targeting.cli.output import log, print_json, print_table
from targeting.contracts.linkage import LinkSpec
from targeting.disk import told_if_full
from targeting.errors import UsageError
from targeting.report.labels import Language
from targeting.report.linkage_sections import explanation_sections, profile_sections
from targeting.report.linkage_words import word
from targeting.report.sections import Section

if TYPE_CHECKING:
    from targeting.linkage.engines import Engine
    from targeting.linkage.link import LinkResult
    from targeting.linkage.model import Model
    from targeting.linkage.sides import Side


def explanation(result: LinkResult, engine: Engine, pair: tuple[str, str], language: Language) -> dict[str, Any]:
    """One pair's explanation as plain data, without any value of the two records."""
    from targeting.linkage.explain import explain  # noqa: PLC0415  (heavy imports for this option only)

    return asdict(explain(result, engine, *pair, language.value))


def record_reveal(db: Path, accountable: tuple[str, str], found: Mapping[str, Any]) -> None:
    """The look is in the store's audit_event (the store is made if there is none) before any value is shown."""
    purpose, operator = accountable
    detail = store.mask_record({"command": "link", "id_l": found["id_l"], "id_r": found["id_r"]}, pseudonym_key())
    store.record(db, store.AuditEvent(store.OUTSIDE_RUNS, now(), store.Action.REVEAL, operator, purpose, detail))


def revealed(found: dict[str, Any], left: pl.DataFrame, right: pl.DataFrame, spec: LinkSpec) -> dict[str, Any]:
    """The explanation with both records' values beside each column."""
    own = {
        "left": left.row(by_predicate=pl.col(spec.left.id).cast(pl.String) == found["id_l"], named=True),
        "right": right.row(by_predicate=pl.col(spec.right.id).cast(pl.String) == found["id_r"], named=True),
    }
    for part in found["waterfall"]["evidence"]:
        for column in part["columns"]:
            of = spec.columns[column["column"]]
            for side, name in (("left", of.left), ("right", of.right)):
                value = own[side][name]
                column[side] = None if value is None else str(value)
    return found


def show_explanation(found: Mapping[str, Any], language: Language) -> None:
    """The waterfall and its outcome as tables."""
    _print(explanation_sections(found, language))


def profile_of(
    sides: tuple[pl.DataFrame, pl.DataFrame | Side],
    spec: LinkSpec,
    engine: Engine,
    model: Model | None,
    *,
    same_file: bool,
) -> dict[str, Any]:
    """Pairs, blocks, unlinkable records and the forecast as plain data."""
    from targeting.linkage.profile import profile  # noqa: PLC0415  (heavy imports for this option only)

    return asdict(profile(*sides, spec, engine, model, same_file))


def show_profile(found: Mapping[str, Any], language: Language, *, as_json: bool) -> None:
    """The profile as tables or as one JSON document."""
    if as_json:
        print_json(found)
        return
    _print(profile_sections(found, language))
    told = word("estimated", language).format(records=f"{found['sampled_records']:,}")
    log.print(told, markup=False, soft_wrap=True)


def write_charts(result: LinkResult, spec: LinkSpec, folder: Path, language: Language) -> list[Path]:
    """The charts and their page, in a folder that is made if need be. Raises UsageError if it cannot be written."""
    from targeting.report.linkage_charts import draw  # noqa: PLC0415  (heavy imports for this option only)

    with log.status("drawing"):
        files = draw(_frames(result, spec, language), language)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with told_if_full(folder):
            for name, text in files.items():
                (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write into {folder}: {error.strerror}. Choose another --charts.") from None
    return [folder / name for name in files]


def _frames(result: LinkResult, spec: LinkSpec, language: Language) -> Any:
    """What the charts show, from a link that kept its working."""
    from targeting.linkage import chart_frames  # noqa: PLC0415  (heavy imports for this option only)
    from targeting.report.linkage_charts import LinkageFrames  # noqa: PLC0415

    model, pairs, working = result.model, result.pattern_pairs, result.working
    if working is None or pairs is None:
        raise UsageError("--charts needs the counts of all pairs, which only the engine duckdb keeps.")
    space = working.prepared.space
    weights = chart_frames.weight_frame(model, space, pairs)
    chosen = None if result.error_rates is None else result.error_rates.link_threshold
    return LinkageFrames(
        levels=chart_frames.level_frame(model, space, spec, pairs, language.value),
        weights=weights,
        accuracy=chart_frames.accuracy_frame(weights),
        thresholds=chart_frames.threshold_frame(spec.thresholds, chosen),
        rules=pl.DataFrame([asdict(rule) for rule in result.rules]),
        prior_bits=chart_frames.prior_bits(model),
    )


def _print(sections: list[Section]) -> None:
    """Tables to stdout."""
    for section in sections:
        print_table(section.title, list(section.columns), list(section.rows), section.right)
