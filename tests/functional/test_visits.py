"""targeting override export / import: a workbook for visits goes out, its decisions come back as overrides."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from targeting import store
from targeting.cli.main import app
from targeting.errors import InputFileError, UsageError
from targeting.store.connection import connect, rows

WHY = "verifikasi lapangan Juni"
Cells = dict[str, list[list[str | None]]]
DECISION, REASON = "keputusan / decision", "alasan / reason"


def override(db: Path, *arguments: object) -> Result:
    return CliRunner().invoke(app, ["override", *map(str, arguments), "--db", str(db)])


@pytest.fixture(scope="module")
def workbook(published, tmp_path_factory) -> Path:
    """The workbook, and beside it the store that it is of."""
    folder = tmp_path_factory.mktemp("visits")
    own = Path(shutil.copy(published.db, folder / "t.duckdb"))
    done = override(own, "export", "--out", folder / "v.xlsx", "--purpose", WHY, "--operator", "Ani")
    assert done.exit_code == 0, done.output
    return folder / "v.xlsx"


@pytest.fixture
def exported(workbook, sheets) -> Cells:
    """Every cell of the workbook as text."""
    return sheets(workbook)


def fill(cells: Cells, row: int, decision: str, reason: str, name: str | None = "Budi") -> str:
    """A decision in a row of data, from 1, and the officer's name; the household's id."""
    table = cells["kunjungan"]
    heads = table[0]
    table[row][heads.index(DECISION)], table[row][heads.index(REASON)] = decision, reason
    cells["petunjuk"][0][1] = name
    return str(table[row][heads.index("id keluarga / household id")])


def test_borderline_candidates_go_out_in_order_of_visits_with_all_that_finds_them(workbook, exported):
    table, own = exported["kunjungan"], workbook.with_name("t.duckdb")
    with connect(own, write=False) as con:
        wanted = rows(
            con,
            "SELECT household_id, coalesce(nik, '') FROM current_candidate JOIN person USING (run_id, household_id) "
            "WHERE visit_order IS NOT NULL AND person_id = nominee_person_id ORDER BY district, visit_order",
        )
        assert rows(con, "SELECT action, operator, purpose FROM audit_event ORDER BY sequence DESC LIMIT 1") == [
            ("reveal", "Ani", WHY)
        ]
    place = {name: table[0].index(name) for name in ("id keluarga / household id", "NIK")}
    assert [(row[place["id keluarga / household id"]], row[place["NIK"]]) for row in table[1:]] == wanted
    assert workbook.stat().st_mode & 0o077 == 0
    override(own, "export", "--out", workbook.with_name("v2.xlsx"), "--purpose", WHY, "--operator", "Ani")
    assert workbook.with_name("v2.xlsx").read_bytes() == workbook.read_bytes()


def test_decisions_come_back_once_as_overrides_with_who_and_why(db, exported, saved):
    held = fill(exported, 1, "tahan / hold", "kepala keluarga pindah")
    seated = fill(exported, 2, "Sertakan", "usaha sudah dilihat petugas")
    back = saved(exported, db.parent / "back.xlsx")
    first = json.loads(override(db, "import", back, "--json").stdout)
    assert (first["taken"], first["there_already"], first["overrides"]) == (2, 0, ["O-0001", "O-0002"])
    again = json.loads(override(db, "import", back, "--json").stdout)
    assert (again["taken"], again["there_already"]) == (0, 2)
    assert [
        (one["household_id"], one["kind"], one["operator"], one["reason"]) for one in store.override_history(db)
    ] == [
        (held, "hold", "Budi", "kepala keluarga pindah"),
        (seated, "include", "Budi", "usaha sudah dilihat petugas"),
    ]


def test_all_that_is_wrong_is_listed_and_nothing_is_taken(db, exported, saved):
    fill(exported, 1, "tahan", "pindah")
    fill(exported, 2, "mungkin", "usaha sudah dilihat petugas")
    fill(exported, 3, "", "usaha sudah dilihat petugas")
    fill(exported, 4, "tahan", "alamat tidak ditemukan")
    table = exported["kunjungan"]
    table[4][table[0].index("alamat / address")] = "JALAN LAIN"
    del table[6]
    done = override(db, "import", saved(exported, db.parent / "back.xlsx"))
    assert type(done.exception) is InputFileError
    for told in (
        "row 2, column 'alasan / reason': at least 10 letters are needed",
        "row 3, column 'keputusan / decision': no decision; choose tahan / hold",
        "row 4: a note without a decision",
        "row 5, column 'alamat / address': the cell was changed",
        "visit 6: its row was deleted",
    ):
        assert told in str(done.exception)
    assert "JALAN" not in str(done.exception)
    assert store.override_history(db) == []


def test_another_decision_in_force_another_run_and_no_name_are_refused(db, workbook, exported, saved):
    empty = override(db, "import", workbook)
    assert "holds no decision" in str(empty.exception)
    household = fill(exported, 1, "tahan", "alamat tidak ditemukan", name=None)
    back = saved(exported, db.parent / "back.xlsx")
    assert "does not say who decided" in str(override(db, "import", back).exception)
    override(db, "add", household, "--kind", "exclude", "--reason", "keluarga menolak ikut")
    crossed = override(db, "import", back, "--operator", "Budi")
    assert "row 2: override O-0001 (exclude) is in force" in str(crossed.exception)
    exported["proses"][1][exported["proses"][0].index("run_id")] = "20200101T000000Z-000000"
    other = override(db, "import", saved(exported, db.parent / "other.xlsx"))
    assert (type(other.exception), "does not hold" in str(other.exception)) == (InputFileError, True)
    exported["pasangan"] = exported.pop("kunjungan")
    foreign = override(db, "import", saved(exported, db.parent / "foreign.xlsx"))
    assert "is no workbook of 'targeting override export'" in str(foreign.exception)
    short = override(db, "export", "--out", db.parent / "s.xlsx", "--purpose", "x")
    assert (type(short.exception), (db.parent / "s.xlsx").exists()) == (UsageError, False)
