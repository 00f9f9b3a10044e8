"""Funnel, top ten, forecast and explanation as tables, in both languages."""

from __future__ import annotations

import polars as pl
import pytest

from targeting.contracts.run import Forecast
from targeting.report import explain, forecast, funnel, top
from targeting.report.headings import HEADINGS, TITLES
from targeting.report.labels import LABELS, Language, label


def test_every_label_is_in_both_languages():
    assert [code for table in (LABELS, HEADINGS, TITLES) for code, text in table.items() if not all(text)] == []


def test_a_code_without_a_label_is_shown_as_it_is():
    assert label("something_new", Language.ID) == "something_new"


def test_links_are_counted_once_a_household_and_add_up():
    households = pl.DataFrame({"household_id": ["A", "B", "C"]})
    links = pl.DataFrame({"household_id": ["A", "A", "B"], "status": ["review", "link", "review"]})
    assert funnel.count_links(households, links) == {"linked": 1, "review": 1, "not_found": 1}


def test_gates_are_counted_by_outcome_and_cumulatively_the_gate_of_any_member_last():
    gates = [
        '{"D01":"PASS","N01":"PASS","U01":"PASS"}',
        '{"D01":"VERIFY","N01":"FAIL","U01":null}',
        '{"D01":"FAIL","N01":"PASS","U01":"FAIL"}',
    ]
    counts = funnel.count_gates(pl.DataFrame({"gates": gates}))
    assert list(counts) == ["D01", "U01", "N01"]
    assert counts["D01"] == {"PASS": 1, "FAIL": 1, "VERIFY": 1, "remaining": 2}
    assert [one["remaining"] for one in counts.values()] == [2, 2, 1]


def test_no_gates_are_no_trouble():
    assert funnel.count_gates(pl.DataFrame({"gates": []}, schema={"gates": pl.String})) == {}


def test_the_top_is_ten_rows_a_district_with_the_reason_beside_each():
    rows = pl.DataFrame(
        {
            "district": ["34.04"] * 12 + ["35.07"],
            "nama_kabupaten_kota": ["Kabupaten Sleman"] * 12 + [None],
            "rank": [*range(1, 13), 1],
            "household_id": [f"H{n}" for n in range(13)],
            "nama_calon": ["S. A."] * 12 + [None],
            "nama_kepala_keluarga": ["W."] * 13,
            "score": [0.5] * 13,
            "reasons": ["desil 1"] * 13,
            "to_verify": ["Usia"] + [None] * 12,
        }
    )
    sleman, malang = top.sections(rows, Language.ID)
    assert (sleman.title, malang.title) == ("Sepuluh teratas: 34.04 Kabupaten Sleman", "Sepuluh teratas: 35.07")
    assert len(sleman.rows) == 10
    assert sleman.rows[0] == (1, "H0", "S. A.", "0.500", "desil 1; Usia")
    assert malang.rows == ((1, "H12", "W.", "0.500", "desil 1"),)


def test_a_forecast_without_a_last_run_has_rows_only():
    inputs = ({"contract": "ppse-household", "source": "a.csv", "rows_in": 1200, "bytes": 2_000_000},)
    [files] = forecast.sections(Forecast(inputs, {}), Language.EN)
    assert files.rows == (("a.csv", "1,200", "2.0"),)
    assert forecast.as_record(Forecast(inputs, {}))["judged_by"] is None


@pytest.fixture
def found() -> dict[str, object]:
    return {
        "members": [{"person_id": "P1", "nama": "S. A.", "tanggal_lahir": "1980-**-**"}],
        "person_links": [],
        "household_links": [
            {
                "dtsen_family_id": "F1",
                "status": "link",
                "method": "household",
                "match_weight": 12.34,
                "match_probability": 0.99,
                "margin": None,
                "members_linked": 2,
            }
        ],
        "assessment": dict.fromkeys(explain.PARTS)
        | {"poverty_sources": {"desil": {"source": "DTSEN", "date": "2025-09-30"}, "p_poor": None}}
        | {"desil": 1, "gates": {"D01": "PASS", "U01": "VERIFY", "S03": None}, "reasons": "U01-M"},
        "candidate": {
            "status": "waitlist",
            "rank": 30,
            "score": 0.4,
            "p_top_k": 0.2,
            "nominee_person_id": "P1",
            "reasons": "U01-M, R03",
        },
        "last_seat": {"rank": 25, "score": 0.5},
    }


def test_an_explanation_has_links_gates_parts_and_the_distance_to_the_last_seat(found):
    reasons = {"D01": "Desil di atas ambang", "U01-M": "Tidak diketahui: tanggal lahir", "R03": "Daftar tunggu"}
    members, families, gates, parts, standing = explain.sections(found, reasons, Language.ID)
    assert members.rows == (("P1", "S. A.", "1980", None, "tidak ada", ""),)
    assert families.rows == (("F1", "padan", "lewat serumah, bobot 12.3, peluang 0.990", "2"),)
    assert gates.rows == (
        ("D01", "lolos", "bukan: Desil di atas ambang"),
        ("S03", "tidak ada", "S03"),
        ("U01", "perlu verifikasi", "Tidak diketahui: tanggal lahir"),
    )
    assert parts.rows[0] == ("desil DTSEN", "1", "DTSEN, 2025-09-30")
    assert ("jarak skor ke kursi terakhir", "-0.100") in standing.rows
    assert ("alasan", "Tidak diketahui: tanggal lahir; Daftar tunggu") in standing.rows


def test_a_household_that_was_never_ranked_is_explained_too(found):
    unranked = found | {"assessment": None, "candidate": None, "last_seat": None}
    assert explain.standing(unranked)["distance_to_last_seat"] is None
    assert len(explain.sections(unranked, {}, Language.EN)) == 3
