"""The review desk as typed and as opened: a workbook that comes back, a page that decides, a run that obeys."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from targeting import store
from targeting.store.connection import connect, rows
from targeting.vocabulary import ReviewDecision

WHY = "peninjauan padanan Juni"
TOKEN = "kunci-tetap"  # noqa: S105  (of a desk that nobody else is served)


def decide(db: Path, reviewer: str, place: int, decision: ReviewDecision) -> dict[str, str]:
    """The pair at a place of the queue, decided in the ledger."""
    run, queue = store.review_queue(db, None)
    row = queue.row(place, named=True)
    one = store.PairDecision(row["person_id"], row["dtsen_person_id"], row["fingerprint"], decision)
    deed = store.Deed(reviewer, datetime(2026, 6, 2, 9, tzinfo=UTC), WHY)
    store.record_decisions(db, run["run_id"], [one], deed, "desk")
    return row


@pytest.fixture
def exported(targeting, db, sheets) -> dict[str, list[list[str | None]]]:
    """The workbook's cells."""
    done = targeting("review", "export", "--db", db, "--out", "r.xlsx", "--purpose", WHY, "--limit", 30)
    assert done.returncode == 0, done.stderr
    assert (db.parent / "r.xlsx").stat().st_mode & 0o077 == 0
    return sheets(db.parent / "r.xlsx")


def filled_in(cells: dict[str, list[list[str | None]]], decisions: dict[int, str], name: str | None = "Ani") -> None:
    """Decisions by row of data, from 1, and the reviewer's name."""
    place = cells["pasangan"][0].index("keputusan / decision")
    for row, decision in decisions.items():
        cells["pasangan"][row][place] = decision
    cells["petunjuk"][0][1] = name


def test_a_filled_in_workbook_comes_back_once(targeting, db, exported, saved):
    filled_in(exported, {1: "sama / match", 2: "bukan / non-match", 3: "ragu / unsure"})
    back = saved(exported, db.parent / "back.xlsx")
    first = json.loads(targeting("review", "import", back, "--db", db, "--json").stdout)
    assert (first["taken"], first["there_already"], first["left_open"]) == (3, 0, 27)
    again = json.loads(targeting("review", "import", back, "--db", db, "--json").stdout)
    assert (again["taken"], again["there_already"]) == (0, 3)
    ledger = store.review_history(db)
    assert [(one["operator"], one["decision"], one["reason"], one["made_in"]) for one in ledger] == [
        ("Ani", decision, WHY, "workbook") for decision in ("match", "non-match", "unsure")
    ]


def test_all_that_is_wrong_with_a_workbook_is_listed_and_nothing_is_taken(targeting, db, exported, saved):
    pairs = exported["pasangan"]
    filled_in(exported, {1: "sama / match", 2: "mungkin"})
    pairs[3][pairs[0].index("catatan / note")] = "alamatnya lain"
    pairs[4][pairs[0].index("nama DTSEN")] = "SESEORANG LAIN"
    del pairs[6]
    done = targeting("review", "import", saved(exported, db.parent / "back.xlsx"), "--db", db)
    assert done.returncode == 10
    for told in (
        "row 3, column 'keputusan / decision': no decision",
        "row 4: a note without a decision",
        "row 5, column 'nama DTSEN': the cell was changed",
        "pair 6: its row was deleted",
    ):
        assert told in done.stderr
    assert "SESEORANG" not in done.stderr
    assert store.review_history(db) == []


def test_a_workbook_without_a_reviewer_a_decision_or_its_run_is_refused(targeting, db, exported, saved):
    assert "holds no decision" in targeting("review", "import", "r.xlsx", "--db", db).stderr
    filled_in(exported, {1: "sama"}, name=None)
    done = targeting("review", "import", saved(exported, db.parent / "back.xlsx"), "--db", db)
    assert (done.returncode, "does not say who decided" in done.stderr) == (2, True)
    place = exported["proses"][0].index("run_id")
    exported["proses"][1][place] = "20200101T000000Z-000000"
    other = targeting("review", "import", saved(exported, db.parent / "back.xlsx"), "--db", db)
    assert (other.returncode, "does not hold" in other.stderr) == (10, True)
    moved = exported | {"Sheet1": exported["pasangan"]}
    del moved["pasangan"]
    other = targeting("review", "import", saved(moved, db.parent / "back.xlsx"), "--db", db)
    assert (other.returncode, "They are petunjuk, pasangan and the hidden proses" in other.stderr) == (10, True)
    (db.parent / "x.xlsx").write_text("garbage", encoding="utf-8")
    assert targeting("review", "import", "x.xlsx", "--db", db).returncode == 10


def test_the_next_run_obeys_what_reviewers_agree_on_unless_the_record_has_changed(targeting, db, pipeline_file):
    _, queue = store.review_queue(db, None)
    reviews = queue.with_row_index("place").filter(status="review", ground="doubt")["place"].to_list()
    links = queue.with_row_index("place").filter(status="link", ground="doubt")["place"].to_list()
    joined = decide(db, "Ani", reviews[0], ReviewDecision.MATCH)
    parted = decide(db, "Ani", links[0], ReviewDecision.NON_MATCH)
    decide(db, "Ani", links[1], ReviewDecision.NON_MATCH)
    split = decide(db, "Budi", links[1], ReviewDecision.MATCH)
    changed = decide(db, "Ani", links[2], ReviewDecision.NON_MATCH)
    source = Path(__file__).parents[2] / "data" / "sample" / "ppse_member.csv"
    renamed = pl.when(pl.col("person_id") == changed["person_id"]).then(pl.lit("NAMA BARU")).otherwise("nama")
    members = pl.read_csv(source, infer_schema=False, truncate_ragged_lines=True).with_columns(nama=renamed)
    members.write_csv(db.parent / "member.csv")
    run = pipeline_file((str(source), str(db.parent / "member.csv")))
    done = targeting("run", run, "--db", db, "--out", "o", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["counts"]["linkage"]["decisions"] == {
        "matches": 1,
        "non_matches": 1,
        "not_applied": 1,
    }
    with connect(db, write=False) as con:
        sql = """SELECT person_link.status, method FROM person_link JOIN latest_run USING (run_id)
            WHERE person_id = ? AND dtsen_person_id = ?"""
        found = [rows(con, sql, [one["person_id"], one["dtsen_person_id"]]) for one in (joined, parted, split)]
    assert found == [[("link", "manual")], [], [("link", "probabilistic")]]
    listed = json.loads(targeting("review", "list", "--db", db, "--json").stdout)
    assert [one["decisions"] for one in listed["disagreed"]] == ["Ani: non-match; Budi: match"]
    told = json.loads(targeting("review", "evaluate", "--db", db, "--json").stdout)
    assert told["labelled"] == 2
