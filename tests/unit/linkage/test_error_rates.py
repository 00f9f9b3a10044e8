"""Error rates without labels: decoys count false links, recapture counts missed ones, whatever the model believes."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from targeting.contracts.linkage import Assignment, LinkSpec
from targeting.linkage.assignment import with_probability
from targeting.linkage.decoys import Decoys, decoys
from targeting.linkage.engines.duckdb import DuckDbEngine
from targeting.linkage.error_rates import Evidence, calibration_error, error_rates, false_links, threshold_for
from targeting.linkage.evaluation import evaluate
from targeting.linkage.link import link
from targeting.linkage.recapture import KIN, Recombined, _links_of_rare_states
from targeting.linkage.rivals import partners
from targeting.synth import generate

SPEC = LinkSpec.model_validate(
    {
        "left": {"id": "person_id", "household": "household_id"},
        "right": {"id": "dtsen_person_id", "household": "dtsen_family_id"},
        "columns": {
            "nik": "nik",
            "nama": "name",
            "tanggal_lahir": "date",
            "id_jenis_kelamin": "category",
            "kode_desa": "region",
            "alamat": "text",
        },
        "assignment": "many_to_one",
    }
)
NO_HOMES = pl.DataFrame(schema={"key": pl.UInt64, "rid": pl.Int32})


def taken_away(near: list[float], far: list[float] | None = None, housemates: float = 1.0) -> Decoys:
    size = len(near)
    return Decoys(
        records=np.arange(size, dtype=np.int32),
        near=np.array(near),
        far=np.array(near if far is None else far),
        against=np.ones(size),
        cluster=np.arange(size),
        housemates=housemates,
    )


def evidence_of(probability: np.ndarray, found: Decoys | None, left_records: int) -> Evidence:
    nothing = np.zeros(0, dtype=np.int64)
    return Evidence(probability, np.arange(len(probability)), nothing, nothing, None, found, left_records, seed=1)


def pairs(rows: list[tuple[int, int, float]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"rl": pl.Int32, "rr": pl.Int32, "weight": pl.Float64}, orient="row")


def judged_without_partner(
    candidates: pl.DataFrame, links: pl.DataFrame, how: Assignment = "many_to_one", homes: pl.DataFrame = NO_HOMES
) -> Decoys:
    """The linked records as decoys, among 4 left records of which half have a partner among a million."""
    allowed = partners(how, 0.5e-6, 1, 1_000_000)
    spec = SPEC.model_copy(update={"assignment": how})
    rated = with_probability(candidates, spec, allowed)
    own = links.select("rl", "rr").join(rated, on=["rl", "rr"])
    records = links["rl"].to_numpy()
    return decoys(records, candidates, own, rated, allowed, (NO_HOMES, homes), left_records=4)


def test_a_record_whose_partner_is_taken_away_is_judged_by_its_next_best_pair() -> None:
    candidates = pairs([(0, 0, 20.0), (0, 5, 4.0), (1, 1, 20.0)])
    links = pairs([(0, 0, 20.0), (1, 1, 20.0)])
    found = judged_without_partner(candidates, links)
    assert [16 / 16.5, 0.0] == pytest.approx(found.near.tolist())
    assert [0.5 + 16, 0.5] == pytest.approx(found.against.tolist())


def test_one_to_one_gives_no_decoy_a_record_that_another_claims() -> None:
    candidates = pairs([(0, 0, 20.0), (0, 1, 4.0), (1, 1, 20.0)])
    found = judged_without_partner(candidates, pairs([(0, 0, 20.0), (1, 1, 20.0)]), "one_to_one")
    assert [0.0, 0.0] == found.near.tolist()


def test_the_partners_housemates_are_left_out_where_the_whole_home_is_away() -> None:
    candidates = pairs([(0, 0, 20.0), (0, 5, 4.0)])
    homes = pl.DataFrame({"key": [7, 7], "rid": [0, 5]}, schema=NO_HOMES.schema)
    found = judged_without_partner(candidates, pairs([(0, 0, 20.0)]), homes=homes)
    assert (1, 0) == found.counts(0.5)


def test_false_links_are_the_decoy_rate_among_records_without_a_true_link() -> None:
    found = taken_away([0.9] * 20 + [0.0] * 80)
    expected, drawn = false_links(evidence_of(np.full(500, 0.99), found, 900), 0.5)
    assert 0.2 / 0.8 * 400 == pytest.approx(expected)
    assert np.quantile(drawn, 0.025) < expected < np.quantile(drawn, 0.975)


def test_probabilities_that_promise_too_much_do_not_lower_the_estimate() -> None:
    found = taken_away([0.9999] * 20 + [0.0] * 80)
    sure, _ = false_links(evidence_of(np.full(500, 0.9999), found, 900), 0.5)
    unsure, _ = false_links(evidence_of(np.full(500, 0.6), found, 900), 0.5)
    assert sure == unsure


def test_links_among_decoys_are_less_often_true_than_links_beyond_them() -> None:
    found = taken_away([0.6] * 30 + [0.0] * 70)
    shares = found.true_shares(np.array([0.6] * 50 + [0.999] * 450), 300)
    assert shares[0] < 0.2
    assert 1.0 == shares[-1]


def test_the_smallest_threshold_that_keeps_the_bound_is_taken() -> None:
    found = taken_away([0.7] * 40 + [0.0] * 960)
    evidence = evidence_of(np.concatenate([np.full(60, 0.65), np.full(4000, 0.9999)]), found, 5000)
    threshold, reached = threshold_for(evidence, 0.01, 0.05, 0.5)
    assert reached
    assert 0.7 < threshold < 0.75
    assert np.quantile(false_links(evidence, threshold)[1], 0.975) / evidence.links(threshold) <= 0.01


def test_a_rate_that_cannot_be_reached_is_said_so_and_never_lowers_the_usual_threshold() -> None:
    found = taken_away([0.9999999] * 300 + [0.0] * 100)
    threshold, reached = threshold_for(evidence_of(np.full(500, 0.99), found, 900), 0.0001, 0.05, 0.5)
    assert not reached
    assert threshold >= 0.5


def test_escaped_pairs_are_found_again_from_the_errors_of_those_that_were_caught() -> None:
    random = np.random.default_rng(5)
    agree = random.random((40_000, 3)) < 0.85
    caught = agree.sum(axis=1) >= 2
    truth = (~caught).sum() / caught.sum()
    states = tuple(agree[caught, column].astype(np.int64) for column in range(3))
    drawn = tuple(_links_of_rare_states(state, random) for state in states)
    weight = sum(np.where(state[donor] == 1, 1.0, 0.0) for state, donor in zip(states, drawn, strict=True)) - 1.5
    made = Recombined(states, drawn, np.asarray(weight), np.ones(len(weight), dtype=bool))
    for kin in KIN:
        escaped, blocked = made.escaped(np.ones(int(caught.sum())), 0.0, kin)
        assert truth == pytest.approx(escaped, rel=0.1)
        assert 0.0 == blocked


def test_calibration_error_is_the_distance_of_probability_and_share() -> None:
    assert 0.2 == pytest.approx(calibration_error(np.array([0.9, 0.9]), np.array([0.7, 0.7])))
    assert 0.0 == calibration_error(np.zeros(0), np.zeros(0))


def test_nothing_is_estimated_of_no_links() -> None:
    rates = error_rates(evidence_of(np.zeros(0), None, 10), 0.5)
    assert (None, None) == (rates.false_link.value, rates.missed_link.value)


@pytest.fixture(scope="module")
def files() -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    made = generate(400, "high", 0.85, 5, families=2500)
    where = ["kode_desa", "alamat"]
    left = made.ppse_member.join(made.ppse_household.select("household_id", *where), on="household_id")
    right = made.dtsen_person.join(made.dtsen_family.select("dtsen_family_id", *where), on="dtsen_family_id")
    return left, right, made.truth_person.rename({"person_id": "id_l", "dtsen_person_id": "id_r"})


def test_the_true_rates_of_a_link_lie_within_its_intervals(files) -> None:
    left, right, truth = files
    with DuckDbEngine(1, "1GB") as engine:
        result = link(left, right, SPEC, engine)
    true, rates = evaluate(result.links, truth), result.error_rates
    assert "decoys" == rates.estimated_by
    assert rates.false_link.low <= 1 - true.precision.value <= rates.false_link.high
    assert rates.missed_link.low <= 1 - true.recall.value <= rates.missed_link.high


def test_max_fdr_keeps_fewer_links_and_sends_the_rest_to_review(files) -> None:
    left, right, _ = files
    told = ("nama", "id_jenis_kelamin", "kode_desa")
    usual = SPEC.model_copy(update={"columns": {name: SPEC.columns[name] for name in told}})
    with DuckDbEngine(1, "1GB") as engine:
        many = link(left, right, usual, engine)
        bound = 0.7 * many.error_rates.false_link.high
        limits = usual.thresholds.model_copy(update={"max_fdr": bound})
        few = link(left, right, usual.model_copy(update={"thresholds": limits}), engine)
    rates, links = few.error_rates, few.links.filter(status="link")
    assert rates.max_fdr_reached
    assert rates.link_threshold > 0.5
    assert rates.false_link.high <= bound + 1 / links.height
    assert links.height < many.links.filter(status="link").height
    assert links["match_probability"].min() >= rates.link_threshold


def test_a_file_linked_to_itself_is_judged_by_probabilities_with_wide_intervals(files) -> None:
    left = files[0].with_columns(pl.col("person_id").alias("id"))
    columns = {name: {"type": column.type, "left": name, "right": name} for name, column in SPEC.columns.items()}
    ends = {"left": {"id": "id"}, "right": {"id": "id"}}
    spec = LinkSpec.model_validate({**ends, "columns": columns, "assignment": "many_to_many"})
    with DuckDbEngine(1, "1GB") as engine:
        result = link(left, left, spec, engine, same_file=True)
    assert "probabilities" == result.error_rates.estimated_by
    assert result.error_rates.false_link.high > 3 * result.error_rates.false_link.value
