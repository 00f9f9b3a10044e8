"""A whole country on one machine: people looked for at home, snapshot by snapshot, then those who moved, everywhere.

Each snapshot holds the register of some regencies. Only one of them, and only the people who are looked for in it, are
at work at a time, so that memory depends on the largest snapshot and not on the country. Every part of the work leaves
a file, written beside its place and renamed into it; a run that was stopped goes on after the last.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from time import perf_counter

import polars as pl

from targeting import __version__
from targeting.contracts.config import LinkageSettings
from targeting.contracts.linkage import LinkSpec
from targeting.disk import told_if_full
from targeting.errors import InputFileError, UsageError
from targeting.linkage.divided import LINK_COLUMNS, away_spec, settled, sure, touching
from targeting.linkage.elsewhere import with_only
from targeting.linkage.engines import Engine
from targeting.linkage.engines.choice import open_engine
from targeting.linkage.link import LinkResult, link
from targeting.linkage.model import load_model
from targeting.linkage.stored_side import StoredSide
from targeting.registry import Snapshot
from targeting.snapshot.beside import write_frame, write_json, write_text
from targeting.snapshot.build import districts_of
from targeting.store import run_lock
from targeting.vocabulary import LinkStatus

PARTS, LINKS, PLAN, SUMMARY = "parts", "links", "plan.json", "summary.json"
NOWHERE = "elsewhere"
"""Name of the people who live in no regency that a snapshot holds."""
AT_ONCE = 500_000
"""People who are looked for in a snapshot at once."""
HOME, AWAY = "home", "away"
CLOSURES = 3
"""How far rivals of rivals are followed from one snapshot into another."""

Told = Callable[[str, float], None]


@dataclass(frozen=True)
class Part:
    """One piece of work: who was looked for in which snapshot, what was found, how long it took, done now or before."""

    stage: str
    snapshot: str
    people: int
    register: int
    pairs: int
    links: int
    seconds: float
    resumed: bool = False


@dataclass(frozen=True)
class Nation:
    """Who is looked for, where, and how. `people` has the columns of the spec's left side; `people_hash` is of their
    files; snapshots are named by their folders."""

    people: pl.LazyFrame
    people_hash: str
    snapshots: Mapping[str, Snapshot]
    spec: LinkSpec
    settings: LinkageSettings
    model: Path | None = None


def link_nationwide(nation: Nation, out: Path, *, fresh: bool, told: Told) -> list[Part]:
    """The links of all people, a Parquet file for those of each snapshot's regencies, in `out`/links.

    Raises UsageError when `out` holds the work of other inputs (unless `fresh`), or another process is at work on it;
    InputFileError when ids repeat or nobody is there.
    """
    with _alone(out):
        _begin(nation, out, fresh=fresh)
        homes = _homes(nation)
        people = _people(nation, homes)
        done: list[Part] = []
        work = sum(people.values()) or 1
        for name in nation.snapshots:
            told(f"{HOME} {name}", 0.8 * sum(one.people for one in done) / work)
            done.append(_at_home(nation, name, _living(nation, homes, name), out))
        movers = _movers(nation, homes, out)
        for number, name in enumerate(nation.snapshots):
            told(f"{AWAY} {name}", 0.8 + 0.2 * number / len(nation.snapshots))
            done.append(_away(nation, name, movers.filter(pl.col("home") != name), out))
        _settle(nation, out, {name: people.get(name, 0) for name in (*nation.snapshots, NOWHERE)})
        write_json({"parts": [asdict(one) for one in done], "people": people}, out / SUMMARY)
        told("done", 1.0)
        return done


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Nobody else works on the folder meanwhile. Raises StoreLockedError naming the process that does."""
    try:
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UsageError(f"{out} cannot be made: {error.strerror}. Name another --out.") from None
    try:
        with told_if_full(out), run_lock(out / "work", instead="another folder with --out"):
            yield
    except OSError as error:
        raise UsageError(f"cannot write {out}: {error.strerror}. Choose another --out.") from None


def _begin(nation: Nation, out: Path, *, fresh: bool) -> None:
    """The folder holds the work of these inputs, or none."""
    plan = {
        "people": nation.people_hash,
        "snapshots": {name: one.manifest.content for name, one in nation.snapshots.items()},
        "spec": sha256(nation.spec.model_dump_json().encode()).hexdigest(),
        "model": None if nation.model is None else sha256(nation.model.read_bytes()).hexdigest(),
        "program": __version__,
    }
    if fresh:
        for name in (PARTS, LINKS):
            shutil.rmtree(out / name, ignore_errors=True)
        (out / PLAN).unlink(missing_ok=True)
    if (out / PLAN).exists():
        try:
            before = json.loads((out / PLAN).read_text(encoding="utf-8"))
        except ValueError:
            before = {}
        other = [name for name, value in plan.items() if before.get(name) != value]
        if other:
            raise UsageError(
                f"{out} holds work on other inputs (differs: {', '.join(other)}). Add --fresh to start over there, or "
                "name another --out."
            )
    (out / PARTS).mkdir(exist_ok=True, mode=0o700)
    (out / LINKS).mkdir(exist_ok=True, mode=0o700)
    write_json(plan, out / PLAN)


def _homes(nation: Nation) -> pl.DataFrame:
    """district, home: the snapshot that holds most of the register of each regency."""
    rows = [
        {"district": district, "home": name, "records": records}
        for name, one in nation.snapshots.items()
        for district, records in one.manifest.districts.items()
        if district
    ]
    schema = {"district": pl.String, "home": pl.String, "records": pl.Int64}
    known = pl.DataFrame(rows, schema=schema).sort("records", "home", descending=[True, False])
    return known.unique("district", keep="first", maintain_order=True).select("district", "home")


def _located(nation: Nation, homes: pl.DataFrame) -> pl.LazyFrame:
    """All people with the name of the snapshot of their regency."""
    district = districts_of(nation.spec, "left").alias("district")
    located = nation.people.with_columns(district).join(homes.lazy(), on="district", how="left")
    return located.with_columns(pl.col("home").fill_null(NOWHERE)).drop("district")


def _people(nation: Nation, homes: pl.DataFrame) -> dict[str, int]:
    """How many people each snapshot is the home of. Raises InputFileError when ids repeat or nobody is there."""
    key = pl.col(nation.spec.left.id)
    counted = _located(nation, homes).group_by("home").agg(people=pl.len(), ids=key.n_unique(), none=key.null_count())
    found = counted.collect().sort("home")
    total = nation.people.select(rows=pl.len(), ids=key.n_unique()).collect().row(0, named=True)
    if not total["rows"]:
        raise InputFileError("nobody is to be looked for: the left files hold no rows.")
    if total["ids"] < total["rows"] or found["none"].sum():
        raise InputFileError(
            f"the id column '{nation.spec.left.id}' repeats or lacks {total['rows'] - total['ids']} values over all "
            "left files. Ids must be unique."
        )
    return {str(home): int(people) for home, people in found.select("home", "people").iter_rows()}


def _living(nation: Nation, homes: pl.DataFrame, name: str) -> pl.DataFrame:
    """The people of one snapshot's regencies."""
    return _located(nation, homes).filter(pl.col("home") == name).drop("home").collect()


def _at_home(nation: Nation, name: str, people: pl.DataFrame, out: Path) -> Part:
    """People looked for in their own snapshot; the model that was trained on it is kept for those from elsewhere."""
    known = None if nation.model is None else load_model(nation.model)

    def found(rows: pl.DataFrame, engine: Engine) -> LinkResult:
        path = out / PARTS / f"model-{name}.json"
        result = link(rows, _side(nation, name, nation.spec), nation.spec, engine, known)
        if not path.exists():
            write_text(result.model.to_json(), path)
        return result

    return _part(nation, HOME, name, people, out, found)


def _away(nation: Nation, name: str, movers: pl.DataFrame, out: Path) -> Part:
    """People who were not found at home looked for in another snapshot."""
    spec, path = away_spec(nation.spec), out / PARTS / f"model-{name}.json"
    source = path if path.exists() else nation.model  # nobody lives there: no model was kept
    known = None if source is None else with_only(load_model(source), spec.columns)

    def found(rows: pl.DataFrame, engine: Engine) -> LinkResult:
        return link(rows, _side(nation, name, spec), spec, engine, known, own_prior=known is not None)

    return _part(nation, AWAY, name, movers.drop("home"), out, found)


def _side(nation: Nation, name: str, spec: LinkSpec) -> StoredSide:
    """A snapshot's encoded side."""
    return StoredSide(nation.snapshots[name].linkage, spec)


def _part(
    nation: Nation,
    stage: str,
    name: str,
    people: pl.DataFrame,
    out: Path,
    found: Callable[[pl.DataFrame, Engine], LinkResult],
) -> Part:
    """One piece of work, from its file if it was done before."""
    links, told = (out / PARTS / f"{stage}-{name}.{kind}" for kind in ("parquet", "json"))
    if told.exists() and links.exists():
        return Part(**json.loads(told.read_text(encoding="utf-8")) | {"resumed": True})
    began = perf_counter()
    parts, pairs = [_NO_LINKS], 0
    for rows in people.sort(nation.spec.left.id).iter_slices(AT_ONCE) if people.height else ():
        with closing(open_engine(nation.settings)) as engine:
            result = found(rows, engine)
        parts.append(result.links.select(LINK_COLUMNS))
        pairs += result.pairs_scored
    whole = pl.concat(parts, how="vertical_relaxed")
    write_frame(whole, links)
    linked = whole.filter(pl.col("status") == LinkStatus.LINK.value).height
    register = nation.snapshots[name].manifest.records
    part = Part(stage, name, people.height, register, pairs, linked, round(perf_counter() - began, 3))
    write_json(asdict(part), told)
    return part


_NO_LINKS = pl.DataFrame(
    schema={
        name: pl.Float64 if name in ("match_weight", "match_probability", "margin") else pl.String
        for name in LINK_COLUMNS
    }
)


def _movers(nation: Nation, homes: pl.DataFrame, out: Path) -> pl.DataFrame:
    """The people who are not found at home for certain, with their home."""
    found = [sure(pl.read_parquet(out / PARTS / f"{HOME}-{name}.parquet")) for name in nation.snapshots]
    certain = pl.concat([_NO_LINKS["id_l"], *found]).alias("id").to_frame().lazy()
    key = pl.col(nation.spec.left.id).cast(pl.String)
    return _located(nation, homes).join(certain, left_on=key, right_on="id", how="anti").collect()


def _settle(nation: Nation, out: Path, people: Mapping[str, int]) -> None:
    """The links of each home, those that compete across snapshots judged against one another."""
    at_home = {name: out / PARTS / f"{HOME}-{name}.parquet" for name in nation.snapshots}
    away = pl.concat([pl.read_parquet(out / PARTS / f"{AWAY}-{name}.parquet") for name in nation.snapshots])
    contested = away
    for _ in range(CLOSURES):
        rivals = [touching(pl.read_parquet(path), contested) for path in at_home.values()]
        grown = pl.concat([contested, *rivals]).unique(["id_l", "id_r"], maintain_order=True)
        if grown.height == contested.height:
            break
        contested = grown
    register = sum(one.manifest.records for one in nation.snapshots.values())
    judged = settled(contested, nation.spec, sum(people.values()), register)
    located = _located(nation, _homes(nation)).select(pl.col(nation.spec.left.id).cast(pl.String).alias("id_l"), "home")
    judged = judged.lazy().join(located, on="id_l").collect()
    for name in people:
        own = pl.read_parquet(at_home[name]) if name in at_home else _NO_LINKS
        kept = own.join(contested, on=["id_l", "id_r"], how="anti")
        moved = judged.filter(pl.col("home") == name).select(LINK_COLUMNS)
        write_frame(
            pl.concat([kept, moved], how="vertical_relaxed").sort("id_l", "id_r"), out / LINKS / f"{name}.parquet"
        )
