"""The review desk's page as a browser asks for it: pairs and candidates decided, undone, refused; nobody else in."""

from __future__ import annotations

import socket

import polars as pl
import pytest
from starlette.testclient import TestClient

from targeting import store
from targeting.cli.review_serve import StoreDesk, StoreVisits, _bound
from targeting.cli.words import level_words
from targeting.errors import InputFileError, StoreLockedError
from targeting.report.labels import Language
from targeting.review.page import HEADER
from targeting.review.web import app
from targeting.store.connection import connect, rows

WHY = "peninjauan padanan Juni"
TOKEN = "kunci-tetap"  # noqa: S105  (of a desk that nobody else is served)


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
    refused = page.post(url, json=body | {"reviewer": "Budi"}).json()["error"]
    assert refused.startswith("keputusan O-0001 berlaku untuk keluarga ini")
    assert "O-0001 is in force for this household" in refused
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


def test_candidates_of_one_district_are_a_queue_of_their_own(page):
    every = visited(page)["progress"]["households"]
    told = {code: visited(page, district=code) for code in ("34.04", "35.07")}
    assert [one["candidate"]["district"] for one in told.values()] == list(told)
    assert sum(one["progress"]["households"] for one in told.values()) == every
    assert all(one["total"] > 0 for one in told.values())
    assert visited(page, district="99.99")["candidate"] is None
    assert "<option>34.04</option><option>35.07</option>" in page.get(f"/{TOKEN}/visits").text
    assert 'id="district"' not in page.get(f"/{TOKEN}/").text


def test_every_refusal_of_the_page_is_in_both_languages(page):
    url = f"/{TOKEN}/api/decide"
    refused = [
        page.post(url, json={"reviewer": ""}),
        page.post(url, json={"reviewer": "Ani"}),
        page.post(url, content="[1]", headers={"content-type": "application/json"}),
        page.post(url, json={}, headers={HEADER: ""}),
        post(page, "Ani", "perhaps"),
    ]
    told = [one.json()["error"].split(" / ") for one in refused]
    assert [len(one) for one in told] == [2] * len(refused)
    assert len({english for _, english in told}) == len(refused)


@pytest.mark.parametrize(
    ("error", "told"), [(StoreLockedError("x"), "sedang dipakai"), (InputFileError("x"), "tidak dapat dibaca")]
)
def test_what_the_store_refuses_is_said_in_both_languages(page, monkeypatch, error, told):
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(StoreDesk, "queue", refuse)
    answer = page.get(f"/{TOKEN}/api/state", params={"reviewer": "Ani"})
    indonesian, english = answer.json()["error"].split(" / ")
    assert (answer.status_code, told in indonesian, "DuckDB file" in english) == (503, True, True)
