"""Training, read aloud: survey -> columns -> leaks -> candidates on unseen clusters -> the best, on all households."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from targeting.contracts.pmt import Column, Member, NumberColumn, Provenance, ProxyModel
from targeting.errors import ModelError
from targeting.poverty import distribution
from targeting.poverty.candidates import Candidate, candidates, single_threaded
from targeting.poverty.columns import Found, describe, values_of
from targeting.poverty.folds import folds_of
from targeting.poverty.leaks import refuse_leaks
from targeting.poverty.methods import Learner, Task, path_of
from targeting.poverty.selection import Judged, best, judge
from targeting.poverty.survey import Design, Survey, shown, survey_of

DIGITS = 12
"""Significant digits of a measure in the file."""
FEWEST_TO_LEARN = 5


@dataclass(frozen=True)
class Request:
    """What a training is asked for.

    `drop`: columns to leave out. `keep`: columns that do not leak, by the user's word. `categories`: columns that are
    codes. `signs`: +1 or -1 for numbers with which the outcome rises or falls. `code_lists`: code list by column whose
    values are meanings, all of the version `code_list_version`.
    """

    design: Design
    drop: frozenset[str] = frozenset()
    keep: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    signs: dict[str, int] = field(default_factory=dict)
    code_lists: dict[str, str] = field(default_factory=dict)
    code_list_version: str | None = None
    seed: int = 1


def train(
    frame: pl.DataFrame, request: Request, provenance: dict[str, Any], told: Callable[[float], None]
) -> ProxyModel:
    """The model of a survey. `told` hears how far the fits are, 0 to 1; `provenance`: source, period, file, sha256,
    program_version. The same survey gives the same model, in whatever order its rows and columns stand.

    Raises ModelError for a survey that cannot teach one, with the rows or columns that are in the way.
    """
    _check_named(frame, request)
    survey = survey_of(frame, request.design, to_train=True)
    found = _columns(survey, request)
    values = values_of(survey.frame, found.columns)
    refuse_leaks(survey, found.columns, values, request.keep)
    task = Task(survey, found.columns, values, folds_of(survey, request.seed), request.signs)
    _check_folds(task)
    with single_threaded():
        judged = judge(task, candidates(task, told), request.seed)
        chosen = best(judged)
        members = _members(task, chosen.candidate)
    learnt = distribution.learn(chosen.candidate.location, task.target, survey.weight, survey.stratum)
    return ProxyModel(
        method=chosen.candidate.name,
        outcome=request.design.outcome,
        line=request.design.line,
        weight_column=request.design.weight,
        cluster_column=request.design.cluster,
        stratum_column=request.design.stratum,
        code_lists=request.code_list_version,
        provenance=Provenance(
            households=len(survey.outcome),
            clusters=len(survey.cluster_names),
            left_out=survey.left_out,
            **provenance,
        ),
        columns=found.columns,
        columns_left_out=found.left_out | dict.fromkeys(sorted(request.drop), "dropped"),
        members=members,
        distribution=learnt,
        cross_validation=_report(task, judged, chosen, found),
    )


def _check_named(frame: pl.DataFrame, request: Request) -> None:
    """Raise ModelError for an option that names a column which is not there."""
    options = {"--drop": request.drop, "--keep": request.keep, "--category": request.categories}
    options["--increasing or --decreasing"] = frozenset(request.signs)
    for option, names in options.items():
        unknown = sorted(names - set(frame.columns))
        if unknown:
            raise ModelError(f"{option} {unknown[0]}: no such column. Found: {shown(frame.columns)}.")


def _columns(survey: Survey, request: Request) -> Found:
    """The proxies: all columns that describe a household, but those that the user drops."""
    frame = survey.frame.drop(request.drop - {request.design.stratum})
    categories = request.categories | ({request.design.stratum} if request.design.stratum else frozenset())
    found = describe(frame, survey.weight, frozenset(categories), request.code_lists)
    if not found.columns:
        told = "; ".join(f"'{name}': {why}" for name, why in list(found.left_out.items())[:20]) or "there is no other"
        raise ModelError(f"no column of the survey can be a proxy: {told}.")
    numbers = {column.name for column in found.columns if isinstance(column, NumberColumn)}
    directed = sorted(set(request.signs) - numbers)
    if directed:
        raise ModelError(f"--increasing and --decreasing need numbers, and '{directed[0]}' holds none.")
    return found


def _check_folds(task: Task) -> None:
    """Raise ModelError if some fold's rest has too few households on one side of the line to learn from."""
    poor = task.survey.poor
    for fold in set(task.fold.tolist()):
        rest = poor[task.fold != fold]
        if min(rest.sum(), (~rest).sum()) < FEWEST_TO_LEARN:
            raise ModelError(
                "nearly all households on one side of the line are in one or two clusters, so that the model cannot be "
                "judged on clusters it did not see. Use a survey of more clusters, or check --cluster and --line."
            )


def _members(task: Task, candidate: Candidate) -> tuple[Member, ...]:
    """The candidate's parts, fitted to all households."""
    learner = Learner(task, np.arange(len(task.fold)))
    return tuple(
        Member(
            method=method,
            weight=weight,
            intercept=intercept,
            slope=slope,
            predictor=learner.predictor(method, point),
        )
        for method, point, weight, intercept, slope in candidate.parts
    )


def _report(task: Task, judged: list[Judged], chosen: Judged, found: Found) -> dict[str, Any]:
    """How each candidate did on unseen clusters, for the file and for the screen."""
    return {
        "folds": len(set(task.fold.tolist())),
        "rate": _rounded(task.survey.rate),
        "chosen": chosen.candidate.name,
        "candidates": {
            one.candidate.name: {
                "targeting_error": _rounded(one.targeting_error),
                "parts": {
                    method: {"at": path_of(method)[point], "share": _rounded(weight)}
                    for method, point, weight, _, _ in one.candidate.parts
                },
                **_rounded(one.measures),
            }
            for one in judged
        },
        "cells_that_are_no_numbers": found.unread,
    }


def _rounded(value: Any) -> Any:
    """All numbers of a document to so many significant digits."""
    match value:
        case dict():
            return {key: _rounded(child) for key, child in value.items()}
        case float() | np.floating():
            return float(f"{float(value):.{DIGITS}g}")
    return value


def kinds(columns: tuple[Column, ...]) -> dict[str, int]:
    """How many columns there are of each kind."""
    names = [column.kind for column in columns]
    return {kind: names.count(kind) for kind in sorted(set(names))}
