"""The report of a large run measured: `targeting report` on a store that holds a synthetic run of a given size.

    python benchmarks/report.py                          # 100,000 households
    python benchmarks/report.py --households 500000 --repeat 3

The store is filled from one seed with household, person, link, assessment, candidate and finding rows as a run leaves
them, with nothing linked or ranked. Prints wall time, peak memory and the size of the page, and whether two pages are
the same bytes. Ends with 1 if a page takes longer or is larger than --most-seconds and --most-mb allow.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

import numpy as np
import polars as pl

from measuring import Run, run
from targeting.store import RunRecord, publish
from targeting.vocabulary import Table

DISTRICTS = {"34.04": ("Kabupaten Sleman", 17), "35.07": ("Kabupaten Malang", 33)}
GATES = ("D01", "W01", "S01", "S02", "L01", "S03", "U01", "P01", "N01")
RULES = 60
MEMBERS = 3
SEATS = 5_000
"""A district: far more than the pilot has, so that the list is long and has to be cut."""


def tables(households: int, seed: int) -> dict[Table, pl.DataFrame]:
    """What a run of so many households publishes, drawn from the seed."""
    draw = np.random.default_rng(seed)
    names = [f"PPSE-{number:07}" for number in range(households)]
    codes = [list(DISTRICTS)[place] for place in draw.integers(0, len(DISTRICTS), households)]
    places = [f"{code}.{1 + draw.integers(0, DISTRICTS[code][1]):02}" for code in codes]
    household = pl.DataFrame(
        {
            "household_id": names,
            "no_kk": [f"34040101{number:08}" for number in range(households)],
            "kode_kabupaten_kota": codes,
            "kode_kecamatan": places,
            "nama_kabupaten_kota": [DISTRICTS[code][0] for code in codes],
            "nama_kecamatan": [f"Kecamatan {place}" for place in places],
            "nama_desa": "Desa",
        }
    )
    judged = _assessment(household, draw)
    person = _persons(names, draw)
    return {
        Table.VALIDATION_ISSUE: _findings(person, draw),
        Table.HOUSEHOLD: household,
        Table.PERSON: person,
        Table.PERSON_LINK: _links(person, "person_id", "dtsen_person_id", draw),
        Table.HOUSEHOLD_LINK: _links(household, "household_id", "dtsen_family_id", draw),
        Table.ASSESSMENT: judged,
        Table.CANDIDATE: _candidates(judged),
    }


def _persons(households: list[str], draw: np.random.Generator) -> pl.DataFrame:
    """Members, the first of each household its head."""
    size = len(households) * MEMBERS
    born = np.datetime64("1940-01-01") + draw.integers(0, 30_000, size).astype("timedelta64[D]")
    return pl.DataFrame(
        {
            "person_id": [f"{name}-{place}" for name in households for place in range(1, MEMBERS + 1)],
            "household_id": [name for name in households for _ in range(MEMBERS)],
            "nik": [
                None if missing else f"340401{number:010}" for number, missing in enumerate(draw.random(size) < 0.1)
            ],
            "nama": ["SITI" if short else "SITI AMINAH" for short in draw.random(size) < 0.3],
            "tanggal_lahir": born,
            "id_jenis_kelamin": draw.integers(1, 3, size),
            "id_hub_kepala_keluarga": [place for _ in households for place in range(1, MEMBERS + 1)],
        }
    ).with_columns(pl.col("tanggal_lahir").cast(pl.Date))


def _links(frame: pl.DataFrame, own: str, other: str, draw: np.random.Generator) -> pl.DataFrame:
    """Nine in ten are linked."""
    found = frame.filter(pl.Series(draw.random(frame.height) < 0.9)).select(own)
    status = pl.Series(np.where(draw.random(found.height) < 0.02, "review", "link"))
    return found.with_columns(
        pl.format("DTSEN-{}", pl.col(own)).alias(other), match_probability=pl.lit(0.99), status=status
    )


def _assessment(household: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    """Deciles, probabilities, gates."""
    size = household.height
    outcomes = ["PASS", "VERIFY", "FAIL"]
    rows = draw.choice(3, (size, len(GATES)), p=(0.93, 0.05, 0.02))
    gates = [json.dumps({gate: outcomes[at] for gate, at in zip(GATES, row, strict=True)}) for row in rows]
    failed = pl.col("gates").str.contains("FAIL")
    return (
        household.select("household_id", "kode_kabupaten_kota", "kode_kecamatan")
        .with_columns(
            p_link=pl.lit(0.99),
            desil=pl.Series(draw.integers(1, 6, size)),
            p_poor=pl.Series(draw.random(size) * 0.5),
            p_extreme=pl.Series(draw.random(size) * 0.05),
            p_source=pl.lit("indicative"),
            deprivation=pl.Series(draw.random(size)),
            deprivation_poor=pl.Series(draw.random(size) < 0.2),
            score=pl.Series(draw.random(size)),
            potential=pl.Series(draw.random(size)),
            nominee_female=pl.Series(draw.random(size) < 0.5),
            nominee_disability=pl.Series(draw.random(size) < 0.05),
            gates=pl.Series(gates),
            reasons=pl.lit("P01-M"),
        )
        .with_columns(gate_outcome=pl.when(failed).then(pl.lit("FAIL")).otherwise(pl.lit("PASS")))
    )


def _candidates(judged: pl.DataFrame) -> pl.DataFrame:
    """The best of each district selected, as many on the waitlist."""
    place = pl.col("score").rank("ordinal", descending=True).over("district")
    ranked = judged.select("household_id", pl.col("kode_kabupaten_kota").alias("district"), "score", "reasons")
    return ranked.with_columns(
        rank=place.cast(pl.Int64), p_top_k=pl.col("score"), borderline=pl.lit(False)
    ).with_columns(
        status=pl.when(pl.col("rank") <= SEATS)
        .then(pl.lit("selected"))
        .when(pl.col("rank") <= 2 * SEATS)
        .then(pl.lit("waitlist"))
        .otherwise(pl.lit("not_selected"))
    )


def _findings(person: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    """One finding on every third member, of one of many rules."""
    found = person.filter(pl.Series(draw.random(person.height) < 1 / 3)).select(record_id="person_id")
    rule = pl.Series([f"rule_{number:02}" for number in draw.integers(0, RULES, found.height)])
    return found.with_columns(
        source=pl.lit("ppse_member.csv"),
        row_number=pl.int_range(pl.len()),
        rule=rule,
        severity=pl.lit("warning"),
        message_id=pl.lit("Isian perlu diperiksa."),
        message_en=pl.lit("The value needs a look."),
    )


def record(households: int, made: Mapping[Table, pl.DataFrame]) -> RunRecord:
    """The run's row."""
    time = datetime(2026, 1, 1, tzinfo=UTC)
    sizes = {"rows_in": households, "accepted": households, "rejected": 0}
    statuses = dict(made[Table.CANDIDATE].group_by("status").len().iter_rows())
    source = {"contract": "ppse-member", "source": "ppse_member.csv", "sha256": "0" * 64, "warnings": 0, **sizes}
    outcomes = {"PASS": households, "VERIFY": 0, "FAIL": 0, "remaining": households}
    return RunRecord(
        run_id="benchmark",
        pipeline_id="benchmark",
        purpose="mengukur laporan pada data sintetis",
        operator="benchmark",
        started_at=time,
        finished_at=time,
        as_of=date(2026, 1, 1),
        seed=1,
        engine="duckdb",
        program_version="0",
        inputs=(source,),
        counts={
            "households": sizes,
            "links": {"linked": households, "review": 0, "not_found": 0},
            "gates": dict.fromkeys(GATES, outcomes),
            "candidates": {status: statuses.get(status, 0) for status in ("selected", "waitlist", "not_selected")},
        },
    )


def measured(db: Path, page: Path) -> Run:
    """One report of the store's run."""
    command = [sys.executable, "-m", "targeting.cli.main", "report", "--db", str(db), "--out", str(page)]
    done = run(command)
    if done.exit_code:
        sys.exit(f"targeting report ended with {done.exit_code}: {done.errors}")
    return done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--households", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--most-seconds", type=float, default=20.0)
    parser.add_argument("--most-mb", type=float, default=5.0)
    parser.add_argument("--work", type=Path, default=Path("build/report"))
    given = parser.parse_args()
    folder = given.work.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    db = folder / f"{given.households}-{given.seed}.duckdb"
    if not db.exists():
        made = tables(given.households, given.seed)
        publish(db, record(given.households, made), made)
    pages = [folder / f"report-{number}.html" for number in range(given.repeat)]
    done = [measured(db, page) for page in pages]
    seconds, megabytes = median(one.seconds for one in done), pages[0].stat().st_size / 1e6
    same = len({page.read_bytes() for page in pages}) == 1
    print(f"households {given.households:,}, members {given.households * MEMBERS:,}, seats {SEATS:,} a district")
    print(f"wall {seconds:.1f} s, peak {max(one.peak_gb for one in done):.2f} GB, page {megabytes:.2f} MB")
    print(f"pages are the same bytes: {'yes' if same else 'NO'}")
    if seconds > given.most_seconds or megabytes > given.most_mb or not same:
        sys.exit(1)


if __name__ == "__main__":
    main()
