"""Limits on how far a run may be from the last one: a list that jumps overnight is looked at before it is published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from targeting import store
from targeting.contracts.config import Limits, PipelineConfig
from targeting.contracts.run import RunContext
from targeting.errors import LimitError
from targeting.linkage.register import LinkageSummary
from targeting.vocabulary import CandidateStatus


def shift_since_last_run(
    config: PipelineConfig, context: RunContext, counts: Mapping[str, Any], candidate: pl.DataFrame
) -> dict[str, Any] | None:
    """How far the link rate and the selection are from the last published run of the job; None if there is none.

    `link_rate_shift`: share of households linked, now minus then. `selection_shift`: share of the households selected
    then that are not selected now; null if none was.
    """
    last = store.last_run(context.db, config.id)
    if last is None or last["run_id"] == context.run_id:
        return None
    before = store.selected_households(context.db, last["run_id"])
    now = candidate.filter(pl.col("status") == CandidateStatus.SELECTED.value)["household_id"]
    lost = before.len() - before.is_in(now.implode()).sum()
    return {
        "since": last["run_id"],
        "link_rate": _link_rate(counts),
        "link_rate_shift": round(_link_rate(counts) - _link_rate(last["counts"]), 6),
        "selection_shift": round(lost / before.len(), 6) if before.len() else None,
        "answered": None if context.answered is None else context.answered.reason,
    }


def check_shift(shift: Mapping[str, Any] | None, limits: Limits, context: RunContext) -> store.AuditEvent | None:
    """Raise LimitError if the run is further from the last one than the pipeline file allows and nobody answers.

    If somebody does: the event that says who and why, to be written with the run. None where no limit is passed.
    """
    if shift is None:
        return None
    said = _beyond(shift, limits)
    if not said:
        return None
    if context.answered is None:
        raise LimitError(
            f"since run {shift['since']} {' and '.join(said)}: more than 'limits' in the pipeline file allows. Nothing "
            "was published. Look at the inputs; if the change is right, start again with "
            "--resume --answer-shift 'why it is right'."
        )
    detail = {name: shift[name] for name in ("since", "link_rate_shift", "selection_shift")}
    allowed = {"max_link_rate_shift": limits.max_link_rate_shift, "max_selection_shift": limits.max_selection_shift}
    who = context.answered
    return store.AuditEvent(
        context.run_id, who.at, store.Action.ANSWER, who.operator, who.reason, detail | {"limits": allowed}
    )


def check_model_drift(linkage: LinkageSummary, limits: Limits) -> None:
    """Raise LimitError if the links agree otherwise than those of the model's training, further than the pipeline file
    allows.
    """
    share, most = linkage.model_drift, limits.max_model_drift
    if share is None or most is None or share <= most:
        return
    raise LimitError(
        f"{share:.1%} of the links agree on '{linkage.model_drift_column}' otherwise than the links that linkage.model "
        f"was trained with, more than limits.max_model_drift allows ({most:.1%}). Nothing was published. Look at what "
        "changed in the sources; if it stays, train anew: a run without linkage.model and with --save-model."
    )


def _beyond(shift: Mapping[str, Any], limits: Limits) -> list[str]:
    """Each limit that is passed, in words."""
    said = []
    rate, selection = shift["link_rate_shift"], shift["selection_shift"]
    if limits.max_link_rate_shift is not None and abs(rate) > limits.max_link_rate_shift:
        said.append(f"the share of households linked moved by {rate:+.1%} (max_link_rate_shift)")
    if limits.max_selection_shift is not None and (selection or 0.0) > limits.max_selection_shift:
        said.append(f"{selection:.1%} of the selected are not selected any more (max_selection_shift)")
    return said


def _link_rate(counts: Mapping[str, Any]) -> float:
    """Share of accepted households that are linked."""
    links = counts["links"]
    return float(links["linked"] / max(1, sum(links.values())))
