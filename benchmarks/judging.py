"""Assess and rank a large pool: time and peak memory.

    python benchmarks/judging.py                       # 1,000,000 households
    python benchmarks/judging.py --households 100000

A synthetic pool of 20,000 households with its DTSEN rows and links is repeated under other ids until it is as large as
asked for, and written to Parquet under build/judging/. Another process reads it, assesses and ranks it by the shipped
policy (500 draws), and tells how long each took, on the clock and on the processors, and the most memory it held, its
inputs included. Of each file it reads what assessing needs, as `eligibility.complete` says.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from datetime import date
from pathlib import Path

import polars as pl

from measuring import run
from targeting.contracts.config import LinkageSettings
from targeting.contracts.policy_file import load_policy
from targeting.eligibility import AssessmentInputs, assess, complete
from targeting.linkage.register import link_register
from targeting.ranking import rank
from targeting.synth.generate import generate

ROOT = Path(__file__).resolve().parents[1]
POLICY = ROOT / "pipelines" / "policy" / "wub-ppse-2026.yaml"
FOLDER = ROOT / "build" / "judging"
AS_OF = date(2026, 6, 1)
SEED = 11
TILE = 20_000
IDS = ("household_id", "person_id", "dtsen_family_id", "dtsen_person_id", "no_kk")
NAMES = ("households", "members", "families", "persons", "household_link", "person_link")
CONTRACTS = {
    "households": "ppse-household",
    "members": "ppse-member",
    "families": "dtsen-family",
    "persons": "dtsen-person",
}
LINK = "^(household_id|person_id|dtsen_family_id|dtsen_person_id|match_probability|status)$"


def main() -> None:
    """Make the pool if need be, and measure; or, as the measured process, judge it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=1_000_000)
    parser.add_argument("--judge", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.judge is not None:
        judge(asked.judge)
        return
    folder = FOLDER / str(asked.households)
    if not (folder / "done").exists():
        make(asked.households, folder)
    measured = run([sys.executable, __file__, "--judge", str(folder)])
    if measured.exit_code:
        sys.exit(measured.errors)
    print(measured.output.strip())
    print(f"whole process: {measured.seconds} s, peak {measured.peak_gb} GB")


def make(households: int, folder: Path) -> None:
    """The pool's frames as Parquet: one synthetic tile, linked, again and again under other ids."""
    folder.mkdir(parents=True, exist_ok=True)
    data = generate(min(TILE, households), "medium", 0.9, 1, families=4 * min(TILE, households))
    sources = (data.ppse_household, data.ppse_member, data.dtsen_family, data.dtsen_person)
    links = link_register(*sources, LinkageSettings())
    linked = links.household_link["dtsen_family_id"].implode()
    of_link = pl.col("dtsen_family_id").is_in(linked)
    frames = (*sources[:2], data.dtsen_family.filter(of_link), data.dtsen_person.filter(of_link),
              links.household_link, links.person_link)  # fmt: skip
    tiles = max(1, round(households / TILE))
    for name, frame in zip(NAMES, frames, strict=True):
        ids = [column for column in IDS if column in frame.columns]
        parts = [
            frame.with_columns((pl.col(column) + f"-{tile}") for column in ids) if tile else frame
            for tile in range(tiles)
        ]
        pl.concat(parts).write_parquet(folder / f"{name}.parquet")
    (folder / "done").touch()


def read_lean(path: Path, contract: str | None) -> pl.DataFrame:
    """A file's columns that assessing reads; of links, which pair and how probable."""
    scanned = pl.scan_parquet(path)
    wanted = scanned.select(pl.col(LINK)) if contract is None else complete(scanned, contract)
    return wanted.collect(engine="streaming")


def judge(folder: Path) -> None:
    """Read, assess, rank; print what it took."""
    policy = load_policy(POLICY).on(AS_OF)
    begun = time.perf_counter()
    inputs = AssessmentInputs(*(read_lean(folder / f"{name}.parquet", CONTRACTS.get(name)) for name in NAMES))
    read, busy = time.perf_counter(), time.process_time()
    assessment = assess(inputs, policy, AS_OF)
    assessed = time.perf_counter()
    of_assess = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    candidate = rank(assessment, policy, SEED)
    ranked, done = time.perf_counter(), time.process_time()
    took = {
        "households": inputs.households.height,
        "members": inputs.members.height,
        "read_s": round(read - begun, 1),
        "assess_s": round(assessed - read, 1),
        "rank_s": round(ranked - assessed, 1),
        "assess_and_rank_s": round(ranked - read, 1),
        "assess_and_rank_processor_s": round(done - busy, 1),
        "peak_gb_after_assess": round(of_assess, 2),
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
        "selected": candidate.filter(status="selected").height,
    }
    print(json.dumps(took))


if __name__ == "__main__":
    main()
