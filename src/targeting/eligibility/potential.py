"""Entrepreneurship potential in [0, 1] of a member: not welfare, and less weighty than it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from targeting.contracts.welfare import FUNCTIONS, POTENTIAL_PARTS, Potential
from targeting.eligibility.deprivation import means
from targeting.eligibility.sums import added
from targeting.eligibility.texts import names_where


def parts(version: str, rules: Potential, has_ppse_items: bool) -> list[pl.Expr]:
    """Boolean columns `disability` and one a part, null where it is not known, from one source's codes.

    A member without a business has no turnover and needs no permit: known, and not in favour.
    """
    none = pl.col("jumlah_jenis_usaha") == 0
    # The industry of the business, else the one the member works in; DTSEN calls that the main job.
    job = "id_lapangan_usaha" if has_ppse_items else "id_pekerjaan_utama"
    sectors = [means(column, version, rules.sectors) for column in ("id_lapangan_usaha_dari_usaha_utama", job)]
    disability = pl.any_horizontal(means(item, version, rules.disability) for item in FUNCTIONS)
    ill = means("id_penyakit_menahun", version, rules.hindering_illness)
    known = {
        "business": pl.col("jumlah_jenis_usaha") > 0,
        "sector": pl.coalesce(sectors),
        "own_account": means("id_status_kedudukan_pekerjaan_utama", version, rules.own_account),
        "turnover": pl.when(none).then(False).otherwise(means("id_omset_usaha_utama", version, rules.turnover)),
        "no_permit": pl.when(none).then(False).otherwise(means("id_kepemilikan_izin_usaha", version, rules.no_permit)),
        "training": _yes("prakerja") | _yes("pelatihan_usaha") if has_ppse_items else pl.lit(None, pl.Boolean),
        "interest": _yes("minat_wub") if has_ppse_items else pl.lit(None, pl.Boolean),
        # An illness that comes with a disability is not counted: a disability never lowers the potential.
        "feasibility": ill.not_() | disability,
    }
    return [disability.alias("disability"), *(known[name].alias(name) for name in POTENTIAL_PARTS)]


def _yes(column: str) -> pl.Expr:
    return pl.col(column) == 1


def potential_score(rules: Potential, usual: Mapping[str, float]) -> pl.Expr:
    """The weighted sum of the parts; a part that is not known counts what it is on average among those who answered."""
    weights = rules.weights.values
    return added(weights[name] * pl.col(name).cast(pl.Float64).fill_null(usual[name]) for name in POTENTIAL_PARTS)


def usual_parts(members: Sequence[pl.DataFrame], rules: Potential) -> dict[str, float]:
    """Mean of each part among the members of whom it is known; the policy's neutral number if it is known of nobody.

    `members`: those of a pool, in any number of frames.
    """
    known, yes = (
        pl.concat(frame.select(counted(pl.col(name)) for name in POTENTIAL_PARTS) for frame in members).sum()
        for counted in (pl.Expr.count, pl.Expr.sum)
    )
    return {name: yes[name][0] / known[name][0] if known[name][0] else rules.neutral.value for name in POTENTIAL_PARTS}


def assumed_parts() -> pl.Expr:
    """The parts that are not known, comma-separated."""
    return names_where({name: pl.col(name).is_null() for name in POTENTIAL_PARTS})
