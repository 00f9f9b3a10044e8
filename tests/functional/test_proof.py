"""A published list held against truth, judged again, compared: the commands on one run of the sample."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from targeting import store
from targeting.proof.case import case_of
from targeting.proof.counterfactual import alternatives
from targeting.proof.replay import Pool, assessed, listed, pool_of

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def pool(published) -> Pool:
    """The published run's pool, out of the store."""
    return pool_of(store.evidence(published.db, None))


@pytest.fixture
def truth(tmp_path, pool) -> Path:
    """A truth in which those of desil 1 are poor, and half of the others who have a seat."""
    frame = pool.assessment.select(
        "household_id", poor=((pl.col("desil") == 1) | (pl.int_range(pl.len()) % 7 == 0)).fill_null(False).cast(pl.Int8)
    )
    frame.write_csv(tmp_path / "truth.csv")
    return tmp_path / "truth.csv"


def test_a_pool_out_of_the_store_is_judged_as_it_was_to_the_last_bit(pool):
    again = assessed(pool, pool.policy).household
    kept = pool.assessment.select(again.columns)
    assert_frame_equal(again, kept, check_dtypes=False, check_exact=True)
    standing = listed(pool, pool.policy)
    published = pool.candidate.select(standing.columns).sort("household_id")
    assert_frame_equal(standing, published, check_dtypes=False, check_exact=True)


def test_metrics_are_of_all_and_of_each_district_with_intervals(targeting, published, truth):
    links = ("--links", SAMPLE / "truth_person.csv", "--links", SAMPLE / "truth_household.csv")
    done = targeting("metrics", "--db", published.db, "--truth", truth, *links, "--replicates", "30", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["judged"] == found["households"] == published.result["counts"]["households"]["accepted"]
    assert [one["district"] for one in found["districts"]][:1] == ["34.04"]
    measures = found["overall"]["measures"]
    assert measures["ier"]["low"] <= measures["ier"]["value"] <= measures["ier"]["high"]
    assert measures["eer"]["value"] == pytest.approx(
        1 - found["overall"]["seats_poor"] / found["overall"]["poor"], abs=1e-12
    )
    assert measures["concentration"]["value"] is None  # nobody's spending is known
    recall = [row for row in found["link_recall"] if row["group"] == "all"]
    assert [row["unit"] for row in recall] == ["person", "household"]
    assert all(row["recall"]["value"] > 0.9 for row in recall)
    single = {"all", "sex", "age", "name", "nik", "disability", "kecamatan"}
    assert {row["group"] for row in found["link_recall"]} == single | {"sex x age", "sex x name", "sex x disability"}
    told = {row["value"] for row in found["link_recall"] if row["group"] == "disability"}
    assert {"with_disability", "without_disability"} <= told


def test_metrics_are_told_in_tables_and_partial_truth_is_pointed_out(targeting, published, truth):
    part = pl.read_csv(truth).head(200)
    part.write_csv(truth)
    done = targeting("metrics", "--db", published.db, "--truth", truth, "--replicates", "20", "--lang", "id")
    assert done.returncode == 0, done.stderr
    assert "galat inklusi: kebocoran (IER)" in done.stdout
    assert "kurang" in done.stdout
    assert "perhatian: kebenaran" in done.stderr


def test_a_truth_of_other_households_is_refused(targeting, published, tmp_path):
    pl.DataFrame({"household_id": ["X1"], "poor": [1]}).write_csv(tmp_path / "other.csv")
    done = targeting("metrics", "--db", published.db, "--truth", tmp_path / "other.csv")
    assert (done.returncode, done.stdout) == (10, "")
    assert "none of the 1 households of the truth is in run" in done.stderr


@pytest.mark.parametrize(
    ("which", "then"),
    [(pl.col("seat_basis") == "merit", "waitlist"), (pl.col("status") == "waitlist", "selected")],
)
def test_the_outcome_turns_at_the_score_told_and_not_a_hair_before(published, pool, which, then):
    household = pool.candidate.filter(which, district="34.04").sort("rank")["household_id"][-1]
    case = case_of(store.evidence(published.db, None, household), household)
    found = alternatives(case)
    assert found["reproduced"]
    score, side = found["needed"]["score"], -1 if then == "waitlist" else 1
    assert found["needed"]["status"] == then == case.status(case.with_score(score))
    assert case.status(case.with_score(score - side * 2e-9)) == found["status"]
    assert found["smallest"]["status"] != found["status"]
    gaps = [abs(one["score"] - case.row["score"]) for one in found["changes"]]
    assert gaps == sorted(gaps)


def test_a_household_judged_by_itself_is_judged_as_in_its_pool(published, pool):
    for household in pool.assessment["household_id"][:5]:
        case = case_of(store.evidence(published.db, None, household), household)
        alone = case.judged.household.row(0, named=True)
        assert {name: case.row[name] for name in SAME} == {name: alone[name] for name in SAME}


def test_explain_tells_the_smallest_change(targeting, published, pool):
    refused = pool.assessment.filter(pl.col("gates").str.contains(r'"D01":\s*"FAIL"'))["household_id"][0]
    done = targeting("explain", refused, "--db", published.db, "--json")
    assert done.returncode == 0, done.stderr
    change = json.loads(done.stdout)["change"]
    assert "D01" in change["needed"]["given"]
    assert change["smallest"]["fact"].startswith("gate D01") or change["changes"]
    told = targeting("explain", refused, "--db", published.db, "--lang", "id")
    assert "Perubahan terkecil yang mengubah hasil" in told.stdout


SAME = ("score", "poverty", "potential", "deprivation", "gate_outcome", "gates", "reasons", "nominee_person_id")


def test_lists_are_compared_drawn_and_told(targeting, published, tmp_path):
    shipped = Path(__file__).parents[2] / "pipelines" / "policy" / "wub-ppse-2026.yaml"
    other = tmp_path / "other.yaml"
    other.write_text(shipped.read_text(encoding="utf-8").replace("value: 59", "value: 40"), encoding="utf-8")
    simulated = targeting("simulate", shipped, other, "--db", published.db, "--json")
    assert simulated.returncode == 0, simulated.stderr
    found = json.loads(simulated.stdout)
    assert found["changes"] == ["parameters.age_max"]
    assert found["overlap"]["all"]["both"] + found["overlap"]["all"]["moved_in"] == found["overlap"]["all"]["seats_2"]
    moved = targeting("sensitivity", "--db", published.db, "--out", "tornado.svg", "--lang", "id")
    assert (moved.returncode, "kursi berpindah" in moved.stdout) == (0, True), moved.stderr
    assert (tmp_path / "tornado.svg").read_text(encoding="utf-8").startswith("<svg xmlns=")
    run = published.result["run_id"]
    same = targeting("diff", run, run, "--db", published.db)
    assert (same.returncode, "no seat changes hands" in same.stdout) == (0, True), same.stderr
    nobody = targeting("diff", run, "no-such-run", "--db", published.db)
    assert (nobody.returncode, nobody.stdout) == (2, "")
