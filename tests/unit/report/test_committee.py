"""A committee's sheet: seats by batch, empty seats, how seats were won, a fingerprint that notices a change."""

from __future__ import annotations

from datetime import date

import polars as pl

from targeting.report.committee import Sheet, fingerprint, sheets_of
from targeting.report.committee_page import page
from targeting.report.labels import Language

RUN = {
    "run_id": "run-1",
    "as_of": date(2026, 6, 1),
    "policy_id": "p",
    "policy_version": "1",
    "counts": {
        "seats": {"34.04": {"allotted": 3}, "35.07": {"allotted": 2}, "programme": {"allotted": 0}},
        "reserves": {
            "34.04": {"female": {"needed": 1, "seated": 1, "by_reserve": 1, "largest_score_gap": 0.25}},
        },
        "assumptions": 39,
    },
}
TEXTS = (
    "district nama_kabupaten_kota status household_id nama_calon nama_kepala_keluarga nik no_kk nama_desa "
    "nama_kecamatan alamat rt rw seat_basis override to_verify"
).split()


def household(number: int, **given: object) -> dict[str, object]:
    """A household of Sleman with the seat of that number, unless said otherwise."""
    own: dict[str, object] = {
        "district": "34.04",
        "nama_kabupaten_kota": "Kabupaten Sleman",
        "status": "selected",
        "household_id": f"H{number}",
        "rank": number,
        "seat_basis": "merit",
        "score": 1 - number / 10,
        "p_top_k": 0.9,
        "batch": 1,
        "nama_calon": "S. A.",
    }
    return own | given


def listing(*households: dict[str, object]) -> pl.DataFrame:
    numbers = {"rank": pl.Int64, "desil": pl.Int64, "waitlist_place": pl.Int64, "batch": pl.Int64}
    floats = {"score": pl.Float64, "p_top_k": pl.Float64}
    return pl.DataFrame(
        households, schema=dict.fromkeys(TEXTS, pl.String) | numbers | floats | {"waitlist_until": pl.Date}
    )


LIST = listing(
    household(1),
    household(2, seat_basis="reserve:female", batch=2, nama_calon="<script>alert(1)</script>"),
    household(4, status="waitlist", seat_basis=None, batch=None, waitlist_place=2),
    household(3, status="waitlist", seat_basis=None, batch=None, waitlist_place=1, waitlist_until=date(2026, 9, 1)),
)


def sheet(rows: pl.DataFrame = LIST, *, revealed: bool = False, language: Language = Language.EN) -> Sheet:
    return sheets_of(RUN, rows, language, revealed=revealed)[0]


def test_a_district_with_seats_and_nobody_on_the_list_has_a_sheet_of_its_own():
    of_sleman, of_malang = sheets_of(RUN, LIST, Language.EN, revealed=False)
    assert (of_sleman.district, dict(of_sleman.counts)) == ("34.04", {"seats": 3, "selected": 2, "waitlist": 2})
    assert (of_malang.district, of_malang.tables[0].note) == ("35.07", "No household.")
    assert sheets_of(RUN, LIST, Language.EN, revealed=False, district="99.99") == []


def test_seats_stand_by_batch_and_the_waitlist_in_order_of_replacement():
    first, second, reserves, waitlist, changes, approval = sheet().tables
    assert (first.title, [row[2] for row in first.rows]) == ("Seats, batch 1", ["H1"])
    assert (second.title, [row[8] for row in second.rows]) == ("Seats, batch 2", ["reserve: women"])
    assert reserves.rows == (("women", "1", "1", "1", "0.250"),)
    assert [(row[2], row[8]) for row in waitlist.rows] == [("H3", "2026-09-01"), ("H4", "–")]
    assert (len(changes.rows), len(approval.rows)) == (4, 6)
    assert "of 3" in approval.note
    assert ("empty seats", "1") in sheet().facts


def test_the_fingerprint_is_of_who_has_which_seat_and_of_nothing_else():
    moved = LIST.with_columns(status=pl.when(household_id="H4").then(pl.lit("selected")).otherwise("status"))
    other_words = LIST.with_columns(to_verify=pl.lit("age"), score=pl.lit(0.5))
    assert sheet(other_words).fingerprint == sheet().fingerprint == fingerprint(LIST.filter(district="34.04"))
    assert sheet(moved).fingerprint != sheet().fingerprint
    assert sheet(language=Language.ID).fingerprint == sheet().fingerprint


def test_addresses_stand_on_a_sheet_that_was_asked_for_open_only():
    rows = listing(household(1, alamat="Jl. Mawar 1", rt="03", nama_desa="Balecatur"))
    assert sheet(rows, revealed=True).tables[0].rows[0][5] == "Jl. Mawar 1, RT 03, Balecatur"
    assert sheet(rows).tables[0].rows[0][5] == "Balecatur"


def test_whatever_stands_in_a_cell_is_text():
    shown = page(sheet(), "run-1", Language.EN)
    assert "<script" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
