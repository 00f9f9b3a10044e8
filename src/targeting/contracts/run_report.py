"""What the store hands to the report of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

WEIGHT_STEP = 5
"""Bits of match weight that are counted together."""


@dataclass(frozen=True)
class ReportFrames:
    """A published run as its report reads it. No frame but `listing` holds a NIK, KK number, name or birth date.

    run: the run's row, JSON columns as Python values. places: a district's name by its code.
    findings: source, rule, severity, message_id, message_en, district (null: rejected or of DTSEN), findings.
    persons: household_id, sex (1 man, 2 woman), age in years at the reference date, nik_missing, mononym, is_head,
    linked, review (only under review), finding (an error or a warning).
    households: household_id, district, kecamatan (code), nama_kecamatan, finding.
    assessed: household_id, district, kecamatan, desil, p_poor, p_extreme, p_source, deprivation, deprivation_poor,
    has_nominee, nominee_female, nominee_disability, gate_outcome, status, p_top_k, borderline.
    listing: the candidate list, masked unless it was asked for open.
    weights: bits (lower end of WEIGHT_STEP of them), status, pairs: links and pairs under review by match weight.
    cut_offs: the days that the linked families' rows describe, as the register's files state them.
    """

    run: Mapping[str, Any]
    places: Mapping[str, str]
    findings: pl.DataFrame
    persons: pl.DataFrame
    households: pl.DataFrame
    assessed: pl.DataFrame
    listing: pl.DataFrame
    weights: pl.DataFrame
    cut_offs: Sequence[date] = ()


@dataclass(frozen=True)
class PolicyNotes:
    """Of the policy file that the run was made with: what rests on an assumption, and the official rates it gives.

    assumptions: path, value, unit, source and source_id (in Indonesian) of each.
    rates: `poor` and `extreme`, each by district or `national`.
    """

    assumptions: Sequence[Mapping[str, Any]]
    rates: Mapping[str, Mapping[str, float]]
