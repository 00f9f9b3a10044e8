"""targeting nationwide: a register that lies in several snapshots, region by region, then those who moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Literal

import polars as pl
import typer

from targeting.cli.interrupt import interruptible
from targeting.cli.linkage_register import columns_of
from targeting.cli.options import AsJson, amount_of_memory
from targeting.cli.output import log, print_json, print_table
from targeting.cli.tables import PARQUET, read_table
from targeting.contracts.config import LinkageSettings, SparkSettings
from targeting.contracts.linkage import LinkSpec
from targeting.contracts.linkage_file import load_spec
from targeting.errors import InputFileError, UsageError
from targeting.intake.text_parts import sha256_of
from targeting.registry import Snapshot, open_snapshot
from targeting.registry.folder import MANIFEST

if TYPE_CHECKING:
    from targeting.snapshot import Part


def nationwide(
    people: Annotated[Path, typer.Argument(help="Whom to find: a file, or a folder of Parquet files.")],
    registers: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder of snapshots, each of some regencies (registry build).")
    ],
    *,
    spec: Annotated[Path, typer.Option(help="YAML: id columns, columns with types, assignment; one is a region.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the links, and of the work to go on with.")],
    model: Annotated[Path | None, typer.Option(help="Trained model for all regions instead of one each.")] = None,
    engine: Annotated[Literal["duckdb", "spark"], typer.Option(help="What compares.")] = "duckdb",
    threads: Annotated[int, typer.Option(min=1, help="Threads; the links do not depend on it.")] = 2,
    memory: Annotated[str, typer.Option(callback=amount_of_memory, help="Memory limit, e.g. 8GB.")] = "8GB",
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over instead of going on.")] = False,
    as_json: AsJson = False,
) -> None:
    """Link more people to a larger register than one machine holds, region by region, then those who moved.

    People are looked for in the snapshot of their regency; who is not found there for certain is looked for in all
    others. A run that was stopped goes on where it was when it is started again.

    Example: targeting nationwide data/sample/ppse_flat.csv registry/ --spec docs/examples/nationwide.yaml
    --out national
    """
    from targeting.linkage.model import load_model  # noqa: PLC0415  (heavy imports for this command only)
    from targeting.snapshot import Nation, link_nationwide  # noqa: PLC0415

    wanted = load_spec(spec)
    if model is not None:
        load_model(model)
    settings = LinkageSettings(engine=engine, threads=threads, memory=memory, spark=SparkSettings())
    with interruptible("what was done is kept; the same command goes on"), _progress() as told:
        frame, hashed = _people(people, wanted)
        nation = Nation(frame, hashed, _snapshots(registers), wanted, settings, model)
        done = link_nationwide(nation, out, fresh=fresh, told=told)
    if as_json:
        print_json({"out": str(out), "parts": [asdict(one) for one in done]})
    else:
        _show(done, out)


def _people(path: Path, spec: LinkSpec) -> tuple[pl.LazyFrame, str]:
    """The people, read when they are asked for, and a hash of their files. Raises InputFileError."""
    columns = columns_of(spec, "left")
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    if not files or not all(file.is_file() for file in files):
        raise InputFileError(f"{path}: no such file, and no folder that holds Parquet files. Check the path.")
    digest = sha256("".join(sha256_of(file) for file in files).encode()).hexdigest()
    if not path.is_dir() and path.suffix.lower() not in PARQUET:
        return read_table(path, columns).lazy(), digest
    try:
        frame = pl.scan_parquet(files)
        known = frame.collect_schema().names()
    except (pl.exceptions.PolarsError, OSError):
        raise InputFileError(f"{path}: not Parquet, or files of different columns. Write them again.") from None
    missing = [name for name in columns if name not in known]
    if missing:
        raise InputFileError(f"{path} has no column {', '.join(map(repr, missing))}. Found: {', '.join(known)}.")
    return frame.select(columns), digest


def _snapshots(folder: Path) -> dict[str, Snapshot]:
    """The snapshots in a folder by their own folders' names. Raises InputFileError if there is none."""
    from targeting.snapshot.nationwide import NOWHERE  # noqa: PLC0415  (heavy imports for this command only)

    found = sorted(one.parent for one in folder.glob(f"*/{MANIFEST}"))
    if not found:
        raise InputFileError(
            f"{folder} holds no snapshots. Build one for each part of the register: targeting registry build ... "
            f"--out {folder}/NAME."
        )
    if NOWHERE in [one.name for one in found]:
        raise UsageError(f"a snapshot may not be named '{NOWHERE}': the links of people without a home go there.")
    return {one.name: open_snapshot(one) for one in found}


@contextmanager
def _progress() -> Iterator[Callable[[str, float], None]]:
    """A line on the terminal that says what is being done, how far it is and about how long it will take."""
    began = monotonic()

    def line(step: str, share: float) -> str:
        spent = monotonic() - began
        left = "" if share <= 0 or spent < 1 else f", ~{spent * (1 - share) / share / 60:.0f} min left"
        return f"{step}: {share:.0%} done{left}"

    with log.status("reading") as status:
        yield lambda step, share: status.update(line(step, share))


def _show(done: list[Part], out: Path) -> None:
    """A row a part, and the sum."""
    rows: list[tuple[str, ...]] = [
        (one.stage, one.snapshot, *_counts(one.people, one.pairs, one.links), _time(one)) for one in done
    ]
    pairs, links = (sum(getattr(one, name) for one in done) for name in ("pairs", "links"))
    rows.append(("all", "", "", *_counts(pairs, links), f"{sum(one.seconds for one in done):.1f}"))
    head = ["stage", "snapshot", "people", "pairs", "links", "seconds"]
    print_table(f"links in {out}/links", head, rows, (2, 3, 4, 5))


def _counts(*numbers: int) -> tuple[str, ...]:
    """As text."""
    return tuple(f"{number:,}" for number in numbers)


def _time(part: Part) -> str:
    """Seconds; in brackets where the work was done by an earlier run."""
    return f"({part.seconds:.1f})" if part.resumed else f"{part.seconds:.1f}"
