"""Earlier participants come as a file with columns of its own, and are found although their papers differ."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from targeting.store.connection import connect, rows

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"


def members(db: Path) -> list[dict[str, str]]:
    """Some of the sample's members: accepted, with NIK and birth date, each person once."""
    sql = """
        SELECT person.person_id FROM person JOIN person_link USING (run_id, person_id)
        WHERE nik IS NOT NULL AND tanggal_lahir IS NOT NULL AND duplicate_of IS NULL"""
    with connect(db, write=False) as con:
        accepted = {row[0] for row in rows(con, sql)}
    with (SAMPLE / "ppse_member.csv").open(encoding="utf-8") as lines:
        return [row for row in csv.DictReader(lines) if row["person_id"] in accepted][30:400:5]


def prior_list(folder: Path, recent: list[dict[str, str]], former: list[dict[str, str]]) -> None:
    """People of 2024 and 2015 as another office has them: other headings, a NIK lost, a digit of another wrong."""
    out = [["NAMA PESERTA", "NO KTP", "TGL LAHIR", "JK", "PROGRAM", "TAHUN"]]
    for people, year in ((recent, "2024"), (former, "2015")):
        for number, one in enumerate(people):
            nik = "" if number == 0 else one["nik"][:-1] + "7" if number == 1 else one["nik"]
            out.append([one["nama"].title(), nik, one["tanggal_lahir"], one["id_jenis_kelamin"], "PENA", year])
    with (folder / "penerima.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(out)


def nominees(db: Path) -> set[str]:
    """Everyone who is nominated in the only run of a store."""
    with connect(db, write=False) as con:
        return {row[0] for row in rows(con, "SELECT nominee_person_id FROM assessment WHERE nominee_person_id <> ''")}


PRIOR = (
    "prior:\n  path: penerima.csv\n  columns: {nama: NAMA PESERTA, nik: NO KTP, tanggal_lahir: TGL LAHIR, "
    "id_jenis_kelamin: JK, program: PROGRAM, tahun: TAHUN}\npolicy:"
)


def test_earlier_participants_are_linked_not_compared_by_nik_and_those_of_long_ago_are_barred_from_nothing(
    targeting, tmp_path, pipeline_file, published
):
    people, before = members(published.db), nominees(published.db)
    recent, former = people[::2], people[1::2]
    prior_list(tmp_path, recent, former)
    done = targeting("run", pipeline_file(("policy:", PRIOR)), "--db", "t.duckdb", "--json")
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)["counts"]
    assert counts["not_evaluated"] == []
    assert counts["prior"]["listed"] == len(people)
    assert counts["prior"]["linked"] >= len(people) - 2
    after = nominees(tmp_path / "t.duckdb")
    barred, free = ({one["person_id"] for one in some} for some in (recent, former))
    assert min(len(barred & before), len(free & before)) > 1
    # Those of lost and of wrong NIK are among them.
    assert barred.isdisjoint(after)
    assert free & before == free & after
    assert before - barred <= after


def test_a_run_without_the_list_says_which_gate_it_could_not_judge(published):
    assert published.result["counts"]["not_evaluated"] == ["B01"]
    assert published.result["counts"]["prior"] is None
