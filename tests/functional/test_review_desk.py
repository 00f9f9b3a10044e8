"""The review desk as typed and as opened: a workbook that comes back, a page that decides, a run that obeys."""

from __future__ import annotations

import json
import shutil
import socket
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from starlette.testclient import TestClient

from targeting import store
from targeting.cli.review_serve import StoreDesk, StoreVisits, _bound
from targeting.cli.words import level_words
from targeting.report.labels import Language
from targeting.review.page import HEADER
from targeting.review.web import app
from targeting.store.connection import connect, rows
from targeting.vocabulary import ReviewDecision

WHY = "peninjauan padanan Juni"
TOKEN = "kunci-tetap"  # noqa: S105  (of a desk that nobody else is served)


@pytest.fixture
def db(published, tmp_path) -> Path:
    """A store with one published run, of the test's own."""
    copy = tmp_path / "t.duckdb"
    shutil.copy(published.db, copy)
    return copy


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


@pytest.fixture
def page(db) -> TestClient:
    """The desk's page, as a browser of this machine asks for it."""
    run, _ = store.review_queue(db, None)
    visits = StoreVisits(db, run["run_id"], Language.ID, reveal=False)
    desk = app(StoreDesk(db, run["run_id"], WHY), visits, TOKEN, "Ani", level_words, "id")
    return TestClient(desk, base_url="http://127.0.0.1:8000", headers={HEADER: "1"})


def state(page: TestClient, reviewer: str = "Ani", view: str = "open", **more: str) -> dict:
    return page.get(f"/{TOKEN}/api/state", params={"reviewer": reviewer, "view": view, **more}).json()


def post(page: TestClient, reviewer: str, decision: str, **more: str):
    pair = state(page, reviewer)["pair"]
    keys = {name: pair[name] for name in ("person_id", "dtsen_person_id", "fingerprint")}
    body = {**keys, "reviewer": reviewer, "decision": decision, **more}
    return page.post(f"/{TOKEN}/api/decide", json=body)


def test_the_page_decides_notes_and_undoes(page, db):
    before = state(page)
    assert post(page, "Ani", "match", note="sudah ditanyakan").status_code == 200
    after = state(page)
    assert (after["progress"]["mine"], after["total"]) == (1, before["total"] - 1)
    assert state(page, view="mine")["pair"]["note"] == "sudah ditanyakan"
    undone = page.post(f"/{TOKEN}/api/undo", json={"reviewer": "Ani"}).json()["pair"]
    assert undone["person_id"] == before["pair"]["person_id"]
    assert state(page)["pair"] == before["pair"]
    assert [one["event"] for one in store.review_history(db)] == ["decide", "undo"]


def test_a_second_reviewer_decides_blind_and_disagreement_is_shown(page):
    post(page, "Ani", "match")
    assert state(page, "Budi", "second")["pair"]["hidden"] is True
    assert state(page, "Budi", "second")["pair"]["decisions"] == []
    post(page, "Budi", "non-match")
    found = state(page, "Budi", "disagreed")
    assert (found["total"], found["pair"]["disagreed"]) == (1, True)
    assert [one["decision"] for one in found["pair"]["decisions"]] == ["match", "non-match"]


def test_the_page_is_closed_to_whoever_has_not_its_address_and_to_other_sites(page):
    assert page.get("/another/").status_code == 404
    assert page.get(f"/{TOKEN}/", headers={"host": "evil.example"}).status_code == 404
    url, body = f"/{TOKEN}/api/undo", {"reviewer": "Ani"}
    assert page.post(url, json=body, headers={HEADER: ""}).status_code == 403
    assert page.post(url, json=body, headers={"origin": "http://evil.example"}).status_code == 403
    assert page.post(url, data=body).status_code == 403
    assert page.post(url, json=body, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    for other in ("[1]", "garbage"):
        assert page.post(url, content=other, headers={"content-type": "application/json"}).status_code == 400
    assert post(page, " ", "match").status_code == 409
    assert post(page, "Ani", "perhaps").status_code == 409


def test_who_opens_the_address_before_the_desk_is_ready_waits_for_it():
    with _bound(0) as listening, socket.create_connection(listening.getsockname(), timeout=5) as asking:
        assert asking.getpeername() == listening.getsockname()


def test_the_page_names_no_address_outside_itself(page):
    for name in ("", "visits", "page.js", "desk.js", "visits.js", "desk.css"):
        text = page.get(f"/{TOKEN}/{name}").text
        assert len(text) > 1000
        assert "http" not in text.replace("https://", "http://").replace("http-equiv", "")
    assert "default-src 'none'" in page.get(f"/{TOKEN}/").headers["content-security-policy"]


def visited(page: TestClient, view: str = "open", **more: str) -> dict:
    return page.get(f"/{TOKEN}/api/visits/state", params={"reviewer": "Ani", "view": view, **more}).json()


def test_candidates_are_a_second_queue_in_the_order_of_visits_masked_with_what_is_to_verify(page, db):
    with connect(db, write=False) as con:
        wanted = rows(
            con,
            "SELECT household_id FROM current_candidate WHERE visit_order IS NOT NULL ORDER BY district, visit_order",
        )
        names = {name for (name,) in rows(con, "SELECT nama FROM person WHERE length(nama) > 5")}
    found = [visited(page, place=str(place)) for place in range(3)]
    assert [(one["candidate"]["household_id"],) for one in found] == wanted[:3]
    assert found[0]["progress"] == {"households": len(wanted), "decided": 0, "mine": 0}
    assert all(one["candidate"]["reasons"] for one in found)
    queue = StoreVisits(db, store.review_queue(db, None)[0]["run_id"], Language.ID, reveal=False).queue()
    doubtful = queue.filter(pl.col("to_verify") != "").row(0, named=True)
    assert visited(page, number=doubtful["no"])["candidate"]["to_verify"] == doubtful["to_verify"].split("; ")
    known = [dict(one["candidate"]["known"]) for one in found]
    assert {one["alamat"] for one in known} == {"(disamarkan)"}
    assert not names & {one["calon peserta"] for one in known}
    assert all(set(one.get("NIK", "*")[:-2]) <= {"*"} for one in known)
    assert "Kandidat" in page.get(f"/{TOKEN}/").text


def test_a_candidate_is_decided_once_with_a_reason_into_the_ledger_of_overrides_and_undone(page, db):
    first = visited(page)["candidate"]
    body = {"reviewer": "Ani", "number": first["number"], "decision": "hold", "reason": "kepala keluarga pindah"}
    url = f"/{TOKEN}/api/visits/decide"
    for wrong in ({"reason": "pindah"}, {"reviewer": " "}, {"decision": "perhaps"}, {"number": "0"}):
        assert page.post(url, json=body | wrong).status_code == 409
    assert page.post(url, json=body, headers={HEADER: ""}).status_code == 403
    assert page.post(url, json=body).json() == {"override_id": "O-0001"}
    assert "O-0001 is in force" in page.post(url, json=body | {"reviewer": "Budi"}).json()["error"]
    decided = visited(page, "mine")
    assert (decided["total"], decided["progress"]["mine"]) == (1, 1)
    assert (decided["candidate"]["number"], decided["candidate"]["decision"]["kind"]) == (first["number"], "hold")
    assert visited(page)["candidate"]["number"] != first["number"]
    undo = f"/{TOKEN}/api/visits/undo"
    assert page.post(undo, json={"reviewer": "Budi"}).json() == {"number": None}
    assert page.post(undo, json={"reviewer": "Ani"}).json() == {"number": first["number"]}
    assert visited(page)["candidate"] == first
    assert [(one["event"], one["household_id"], one["operator"]) for one in store.override_history(db)] == [
        (event, first["household_id"], "Ani") for event in ("add", "withdraw")
    ]
