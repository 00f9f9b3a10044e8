"""A country on one machine: a register in snapshots of some regencies each, people found at home, then those who moved.

Persons are made part by part, and a share of each part's registered persons moves to regencies of the others, with
another address. Then each part's snapshot is built, and `targeting nationwide` links all people to all snapshots, each
in a process of its own. What is there from an earlier start is kept, so that a stopped start goes on.

    python benchmarks/nation.py                                        # 30 million registered persons in 8 snapshots
    python benchmarks/nation.py --millions 1 --parts 4 --memory 4GB
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from measuring import accuracy, run
from sets.indonesia import indonesia
from sets.indonesian_people import KECAMATAN

MILLION = 1_000_000
COUNTRY, PROGRAMME = 285 * MILLION, 40 * MILLION
"""Registered persons and people to find, to which the measured costs are extended."""
SPEC = """left: {id: person_id}
right: {id: dtsen_person_id}
columns:
  nik: nik
  nama: name
  tanggal_lahir: date
  id_jenis_kelamin: category
  kode_desa: region
  alamat: text
assignment: one_to_one
"""
COLUMNS = ("nik", "nama", "tanggal_lahir", "id_jenis_kelamin", "kode_desa", "alamat")


@dataclass(frozen=True)
class Nation:
    """Where the files lie, and how large everything is."""

    folder: Path
    parts: int
    register: int
    people: int
    movers: float

    def name(self, part: int) -> str:
        return f"part-{part:02d}"


def province(part: int) -> pl.DataFrame:
    """The kecamatan of the generator, each a regency of a province of its own in this part: old, new (both dotted)."""
    old = [f"{area}.{number:02d}" for area, number in KECAMATAN]
    return pl.DataFrame({"old": old, "new": [f"{11 + part}.{n + 1:02d}.01" for n in range(len(old))]})


def moved_into(frame: pl.DataFrame, part: int, key: str) -> pl.DataFrame:
    """The persons with ids, villages and NIK of this part."""
    codes = province(part)
    dotted = dict(codes.iter_rows())
    digits = {old.replace(".", ""): new.replace(".", "") for old, new in dotted.items()}
    return frame.with_columns(
        pl.format("{}-{}", pl.lit(f"{part:02d}"), pl.col(key)).alias(key),
        kode_desa=pl.col("kode_desa").str.slice(0, 8).replace(dotted) + pl.col("kode_desa").str.slice(8),
        nik=pl.col("nik").str.slice(0, 6).replace(digits) + pl.col("nik").str.slice(6),
    )


def make(nation: Nation) -> None:
    """left/NAME.parquet, truth/NAME.parquet, staying/NAME.parquet and moving/NAME.parquet (with `to`) of each part."""
    for name in ("left", "truth", "staying", "moving"):
        (nation.folder / name).mkdir(parents=True, exist_ok=True)
    (nation.folder / "spec.yaml").write_text(SPEC, encoding="utf-8")
    for part in range(nation.parts):
        file = f"{nation.name(part)}.parquet"
        if (nation.folder / "truth" / file).exists():
            continue
        made = indonesia("indonesia-medium", nation.people // nation.parts, nation.register // nation.parts, 100 + part)
        left = moved_into(made.left, part, "person_id").select("person_id", *COLUMNS)
        right = moved_into(made.right, part, "dtsen_person_id").select("dtsen_person_id", *COLUMNS)
        rng = np.random.default_rng(part)
        away = rng.random(right.height) < nation.movers
        other = (part + rng.integers(1, nation.parts, right.height)) % nation.parts
        right = right.with_columns(to=pl.Series(np.where(away, other, part)))
        right.filter(pl.col("to") == part).drop("to").write_parquet(nation.folder / "staying" / file)
        right.filter(pl.col("to") != part).write_parquet(nation.folder / "moving" / file)
        left.write_parquet(nation.folder / "left" / file)
        truth = made.truth.select(
            pl.format("{}-{}", pl.lit(f"{part:02d}"), name).alias(name) for name in ("id_l", "id_r")
        )
        truth.write_parquet(nation.folder / "truth" / file)
        print(f"made {nation.name(part)}: {left.height:,} people, {right.height:,} registered", flush=True)


def registered(nation: Nation, part: int) -> pl.DataFrame:
    """The register of a part: who stayed, and who came and has the village and the address of somebody there."""
    staying = pl.read_parquet(nation.folder / "staying" / f"{nation.name(part)}.parquet")
    came = pl.scan_parquet(nation.folder / "moving" / "*.parquet").filter(pl.col("to") == part).drop("to").collect()
    came = came.sort("dtsen_person_id")
    homes = staying.select("kode_desa", "alamat").drop_nulls().sample(came.height, seed=part, with_replacement=True)
    return pl.concat([staying, came.with_columns(homes)]).select("dtsen_person_id", *COLUMNS)


def build(nation: Nation) -> list[dict[str, float]]:
    """Each part's snapshot; what it took."""
    told = nation.folder / "built.json"
    done: list[dict[str, float]] = json.loads(told.read_text()) if told.exists() else []
    for part in range(len(done), nation.parts):
        file, out = nation.folder / "register.parquet", nation.folder / "registers" / nation.name(part)
        frame = registered(nation, part)
        frame.write_parquet(file)
        records = frame.height
        del frame
        command = [
            "registry",
            "build",
            file,
            "--spec",
            nation.folder / "spec.yaml",
            "--out",
            out,
            "--replace",
            "--json",
        ]
        took = targeting(*command)
        size = sum(one.stat().st_size for one in out.rglob("*") if one.is_file())
        done.append({"records": records, "seconds": took.seconds, "peak_gb": took.peak_gb, "bytes": size})
        told.write_text(json.dumps(done))
        file.unlink()
        print(
            f"built {nation.name(part)}: {records:,} persons, {took.seconds:.1f} s, {took.peak_gb:.2f} GB, "
            f"{size / 1e9:.2f} GB on disk",
            flush=True,
        )
    return done


def targeting(*arguments: object):  # type: ignore[no-untyped-def]
    """Run a command of the program under this Python, which must end well."""
    done = run([sys.executable, "-m", "targeting.cli.main", *map(str, arguments)])
    if done.exit_code:
        sys.exit(f"{' '.join(map(str, arguments))} ended with {done.exit_code}:\n{done.errors}")
    return done


def judged(nation: Nation) -> list[str]:
    """How good the links are, and how many of those who moved were found."""
    links = pl.read_parquet(nation.folder / "linked" / "links" / "*.parquet").filter(pl.col("status") == "link")
    truth = pl.read_parquet(nation.folder / "truth" / "*.parquet")
    away = pl.read_parquet(nation.folder / "moving" / "*.parquet").select(id_r="dtsen_person_id")
    moved = truth.join(away, on="id_r", how="semi")
    found = links.join(moved, on=["id_l", "id_r"], how="semi").height
    cut = accuracy(links, truth)
    return [
        f"links {links.height:,}: precision {cut.precision:.4f}, recall {cut.recall:.4f}, F1 {cut.f1:.4f}",
        f"people registered in another part than they live in: {moved.height:,}, found {found / moved.height:.4f}",
    ]


def country(built: list[dict[str, float]], parts: list[dict[str, float]], movers: float) -> str:
    """What the measured costs come to for the whole country, if snapshots stay as large as here."""
    records = sum(one["records"] for one in built)
    seconds = {"build": sum(one["seconds"] for one in built) / records * COUNTRY}
    for stage, per in (("home", PROGRAMME), ("away", PROGRAMME * movers * (COUNTRY / records * len(built) - 1))):
        own = [one for one in parts if one["stage"] == stage]
        seconds[stage] = sum(one["seconds"] for one in own) / max(sum(one["people"] for one in own), 1) * per
    told = ", ".join(f"{stage} {value / 3600:.1f}" for stage, value in seconds.items())
    return f"for {COUNTRY:,} and {PROGRAMME:,} persons: {told}; in all {sum(seconds.values()) / 3600:.1f} hours"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A country on one machine.")
    parser.add_argument("--millions", type=float, default=30, help="registered persons")
    parser.add_argument("--people", type=float, default=0.1, help="people to find, as a share of the register")
    parser.add_argument("--movers", type=float, default=0.03, help="share that is registered in another part")
    parser.add_argument("--parts", type=int, default=8, help="snapshots")
    parser.add_argument("--memory", default="8GB")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--work", type=Path, default=Path("build/nation"))
    return parser.parse_args()


def main() -> None:
    given = arguments()
    register = round(given.millions * MILLION)
    folder = given.work / f"{given.millions:g}m-{given.parts}"
    nation = Nation(folder, given.parts, register, round(register * given.people), given.movers)
    make(nation)
    built = build(nation)
    out = folder / "linked"
    limits = ["--memory", given.memory, "--threads", given.threads]
    took = targeting(
        "nationwide",
        folder / "left",
        folder / "registers",
        "--spec",
        folder / "spec.yaml",
        "--out",
        out,
        *limits,
        "--json",
    )
    parts = json.loads(took.output)["parts"]
    for one in parts:
        each = one["seconds"] / max(one["people"], 1) * 1e6
        print(
            f"{one['stage']:5s} {one['snapshot']}: {one['people']:10,} people, {one['pairs']:12,} pairs, "
            f"{one['links']:10,} links, {one['seconds']:8.1f} s, {each:6.0f} microseconds a person"
            + (" (earlier)" if one["resumed"] else "")
        )
    print(f"nationwide: {took.seconds:.1f} s, peak {took.peak_gb:.2f} GB, load {os.getloadavg()[0]:.1f}")
    print("\n".join(judged(nation)))
    total = sum(one["people"] for one in parts if one["stage"] == "home")
    movers = sum(one["people"] for one in parts if one["stage"] == "away") / max(total * (given.parts - 1), 1)
    print(f"looked for elsewhere: {movers:.1%} of all people")
    print(country(built, parts, movers))


if __name__ == "__main__":
    main()
