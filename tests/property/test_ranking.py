from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from targeting.eligibility import assess
from targeting.ranking import rank

FRAMES = ("households", "members", "families", "household_link")

member = st.fixed_dictionaries(
    {
        "id_jenis_kelamin": st.sampled_from([1, 2, None]),
        "id_penglihatan": st.sampled_from([1, 4, None]),
        "id_partisipasi_sekolah": st.sampled_from([2, 3]),
        "minat_wub": st.sampled_from([1, 2, None]),
    }
)
household = st.fixed_dictionaries(
    {
        "kode_kabupaten_kota": st.sampled_from(["34.04", "35.07", "35.73"]),
        "p": st.sampled_from([0.2, 0.6, 0.95, 1.0]),
        "no_kk": st.sampled_from(["1" * 16, "2" * 16, "3" * 16, "4" * 16, "5" * 16, "6" * 16]),
        "family": st.one_of(st.none(), st.fixed_dictionaries({"desil_nasional": st.sampled_from([1, 2, 3, None])})),
        "members": st.lists(member, max_size=3),
    }
)
few_examples = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def with_few_seats(policy: Any) -> Any:
    """The policy with 2 seats in Sleman, 1 in Malang, and few draws."""
    seats = policy.quotas.seats.model_copy(update={"values": {"34.04": 2.0, "35.07": 1.0}})
    draws = policy.ranking.draws.model_copy(update={"value": 20.0})
    return policy.model_copy(
        update={
            "quotas": policy.quotas.model_copy(update={"seats": seats}),
            "ranking": policy.ranking.model_copy(update={"draws": draws}),
        }
    )


@few_examples
@given(households=st.lists(household, min_size=1, max_size=12), turn=st.randoms(use_true_random=False))
def test_shuffled_rows_give_the_same_list(
    households: list[dict[str, Any]], turn: Any, pool: Any, policy: Any, as_of: date
) -> None:
    inputs = pool(households)
    order = {name: turn.sample(range(len(getattr(inputs, name))), len(getattr(inputs, name))) for name in FRAMES}
    shuffled = replace(inputs, **{name: getattr(inputs, name)[rows] for name, rows in order.items() if rows})
    few = with_few_seats(policy)
    assert rank(assess(inputs, policy, as_of), few, 3).equals(rank(assess(shuffled, policy, as_of), few, 3))


@few_examples
@given(households=st.lists(household, min_size=1, max_size=12))
def test_every_household_once_no_seat_too_many_and_all_within_bounds(
    households: list[dict[str, Any]], pool: Any, policy: Any, as_of: date
) -> None:
    few = with_few_seats(policy)
    assessment = assess(pool(households), policy, as_of)
    candidate = rank(assessment, few, 3)
    assert sorted(assessment.household["household_id"]) == sorted(candidate["household_id"])
    seats = {"34.04": 2, "35.07": 1}
    for (district, status), group in candidate.group_by("district", "status"):
        if status != "not_selected":
            assert group.height <= seats.get(str(district), 0)
    ranks = candidate.drop_nulls("rank").group_by("district").agg("rank")
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in ranks["rank"])
    check_bounds(assessment)


def check_bounds(assessment: Any) -> None:
    """Probabilities and scores are between 0 and 1, and no household is linked for more than one."""
    for name in ("p_link", "p_poor", "p_extreme", "deprivation", "potential", "poverty", "score"):
        assert assessment.household[name].drop_nulls().is_between(0, 1).all(), name
    sums = assessment.option.group_by("household_id").agg(pl.col("p_link").sum())["p_link"]
    assert (sums <= 1).all()
