"""What a night costs when one household in a hundred has changed, beside whole runs, and whether its rows are theirs.

    python benchmarks/nightly.py                              # 10,000 PPSE persons against 100,000 of DTSEN
    python benchmarks/nightly.py --persons 100000x1000000

Runs in turn: whole, from DTSEN's files, a model trained and saved; the register built once as a snapshot; a first night
against it with that model and `linkage.keep`; a night after three quarters of a hundredth of the households got another
name and a quarter was withdrawn; the same night whole, from the files, with the same model. Prints seconds by the clock
and of the processor, the night's share of whole runs, and in how many rows of each table the two last runs differ; ends
with 1 if in any.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
from pathlib import Path

import duckdb
import polars as pl

from datasets import size
from measuring import Run, run
from pipeline import sources, targeting

CUT_OFF = "2025-09-30"
"""What the generator makes."""
TABLES = ("household", "person", "person_link", "household_link", "review_pair", "assessment", "candidate")
"""Tables whose rows are compared; findings on DTSEN's files are not told of a snapshot."""


def changed(folder: Path, seed: int) -> None:
    """PPSE of the next night, in `changed` beside the first."""
    households, members = (
        pl.read_csv(folder / f"ppse_{one}.csv", infer_schema=False) for one in ("household", "member")
    )
    own = random.Random(seed).sample(households["household_id"].to_list(), max(4, households.height // 100))  # noqa: S311
    gone, renamed = own[: len(own) // 4], own[len(own) // 4 :]
    stays, name = ~pl.col("household_id").is_in(gone), pl.col("nama").str.replace("A", "E")
    edited = pl.when(pl.col("household_id").is_in(renamed)).then(name).otherwise("nama")
    (folder / "changed").mkdir(exist_ok=True)
    households.filter(stays).write_csv(folder / "changed" / "ppse_household.csv")
    members.filter(stays).with_columns(nama=edited).write_csv(folder / "changed" / "ppse_member.csv")


def pipelines(folder: Path) -> None:
    """whole.yaml, night-1.yaml, night-2.yaml, again.yaml beside the sources."""
    text = (folder / "run.yaml").read_text(encoding="utf-8")
    begin, end = text.index("dtsen:"), text.index("policy:")
    register = text[:begin] + "dtsen: {registry: snapshot}\n" + text[end:]
    kept, frozen = ("linkage: {model: model.json, keep: true, ", "linkage: {model: model.json, ")
    moved = ("path: ppse_", "path: changed/ppse_")
    made = {
        "whole": text,
        "night-1": register.replace("linkage: {", kept),
        "night-2": register.replace("linkage: {", kept).replace(*moved),
        "again": text.replace("linkage: {", frozen).replace(*moved),
    }
    for name, content in made.items():
        (folder / f"{name}.yaml").write_text(content, encoding="utf-8")


def checked(command: list[str]) -> Run:
    """A command that must end well."""
    done = run(command)
    if done.exit_code:
        sys.exit(f"{' '.join(command)} ended with {done.exit_code}: {done.errors}")
    return done


def nights(folder: Path) -> tuple[dict[str, Run], dict[str, str]]:
    """Every run by name, and the run ids."""
    for left in (*folder.glob("*.duckdb*"), folder / "snapshot"):
        shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
    files = ("--families", folder / "dtsen_family.csv", "--persons", folder / "dtsen_person.csv")
    build = targeting("registry", "build", *files, "--cut-off", CUT_OFF, "--out", folder / "snapshot")
    runs, ids = {}, {}
    for name in ("whole", "build", "night-1", "night-2", "again"):
        store = "nights" if name.startswith("night") else name
        where = ("--db", folder / f"{store}.duckdb", "--out", folder / "out", "--json")
        more = ("--save-model", folder / "model.json") if name == "whole" else ()
        command = build if name == "build" else targeting("run", folder / f"{name}.yaml", *where, *more)
        runs[name] = checked(command)
        ids[name] = "" if name == "build" else json.loads(runs[name].output)["run_id"]
        print(f"{name:8s} {runs[name].seconds:8.1f} s, {runs[name].cpu_seconds:8.1f} s of the processor", flush=True)
    return runs, ids


def differences(folder: Path, ids: dict[str, str]) -> dict[str, int]:
    """Rows of each table that only one of the two last runs has."""
    found = {}
    with duckdb.connect() as con:
        for store in ("nights", "again"):
            con.execute(f"ATTACH '{folder / store}.duckdb' AS {store} (READ_ONLY)")
        for table in TABLES:
            one, other = (
                f"SELECT * EXCLUDE (run_id) FROM {store}.{table} WHERE run_id = '{ids[name]}'"
                for store, name in (("nights", "night-2"), ("again", "again"))
            )
            sql = f"SELECT count(*) FROM (({one} EXCEPT {other}) UNION ALL ({other} EXCEPT {one}))"
            found[table] = int(con.execute(sql).fetchall()[0][0])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--persons", type=size, default=(10_000, 100_000), help="about so many, PPSE x DTSEN")
    parser.add_argument("--noise", choices=("low", "medium", "high"), default="medium")
    parser.add_argument("--overlap", type=float, default=0.9)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="4GB")
    parser.add_argument("--work", type=Path, default=Path("build/nightly"))
    parser.set_defaults(format="csv")
    given = parser.parse_args()
    folder = sources(given)
    changed(folder, given.seed)
    pipelines(folder)
    runs, ids = nights(folder)
    for whole, what in (("whole", "with its model trained"), ("again", "with its model given")):
        clock, cpu = (getattr(runs["night-2"], of) / getattr(runs[whole], of) for of in ("seconds", "cpu_seconds"))
        print(f"the night took {clock:.2f} of the time, {cpu:.2f} of the processor, of a whole run {what}")
    differ = differences(folder, ids)
    print(", ".join(f"{table}: {rows} rows differ" for table, rows in differ.items()))
    sys.exit(1 if any(differ.values()) else 0)


if __name__ == "__main__":
    main()
