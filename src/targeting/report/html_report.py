"""The numbers of a whole report in one document: what `--json` prints and what the page is written from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from targeting.contracts.run_report import PolicyNotes, ReportFrames
from targeting.report import html_numbers as count
from targeting.vocabulary import CandidateStatus

SHOWN_A_DISTRICT = 100
"""Households of a district's list on the page; the export has all of them."""

LISTED = (
    "district nama_kabupaten_kota rank status household_id nama_kepala_keluarga nama_calon nik no_kk nama_kecamatan "
    "nama_desa desil score p_top_k p_link seat_basis waitlist_place visit_order override reasons to_verify"
).split()
"""What an officer reads of a household; `nik` and `no_kk` are on the page only if they were asked for."""
RUN = (
    "run_id sequence pipeline_id purpose operator started_at finished_at as_of seed engine program_version policy_id "
    "policy_version policy_sha256 model_sha256 registry library_versions"
).split()


def report_numbers(
    read: ReportFrames,
    policy: PolicyNotes | None,
    *,
    revealed: bool,
    tornado: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Everything the report says, as plain data; `policy` is None if no file with the run's hash was found, `tornado`
    (seats and steps, proof.sensitivity) where the run did not keep what it judged by."""
    return {
        "run": {name: read.run[name] for name in RUN},
        "revealed": revealed,
        "places": dict(read.places),
        "inputs": list(read.run["inputs"] or []),
        "cut_offs": _cut_offs(read),
        "counts": read.run["counts"] or {},
        "quality": count.quality(read.findings, read.households, read.persons),
        "link_rates": count.link_rates(read.persons, read.households),
        "weights": count.weights(read.weights),
        "poverty": count.poverty(read.assessed),
        "rates": None if policy is None else {name: dict(rate) for name, rate in policy.rates.items()},
        "seats_in_desil_1": count.seats_in_desil_1(read.assessed),
        "subdistricts": count.subdistricts(read.assessed, read.households),
        "fairness": count.fairness(read.assessed, read.persons),
        "sensitivity": count.sensitivity(read.assessed)
        | {"tornado": None if tornado is None else list(tornado["steps"])},
        "assumptions": None if policy is None else [dict(one) for one in policy.assumptions],
        "list": _listed(read.listing, revealed=revealed),
    }


def _cut_offs(read: ReportFrames) -> list[str]:
    """The days that the register describes: the snapshot's, else those of the families that were linked."""
    told = {str(one["cut_off"]) for one in read.run["inputs"] or [] if one.get("cut_off")}
    return sorted(told or {str(day) for day in read.cut_offs})


def _listed(listing: pl.DataFrame, *, revealed: bool) -> list[dict[str, Any]]:
    """By district: how many are on the list, and the first of them, the selected before the waitlist."""
    columns = [name for name in LISTED if revealed or name not in ("nik", "no_kk")]
    return [
        {
            "district": str(key[0]),
            "listed": part.height,
            "selected": part.filter(status=CandidateStatus.SELECTED.value).height,
            "to_verify": part.get_column("to_verify").count(),
            "shown": min(part.height, SHOWN_A_DISTRICT),
            "households": part.head(SHOWN_A_DISTRICT).select(columns).to_dicts(),
        }
        for key, part in listing.group_by("district", maintain_order=True)
    ]
