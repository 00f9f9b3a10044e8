"""targeting init: a commented pipeline file, or a linkage spec, for one's own files by looking at their headers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from targeting import store
from targeting.cli.options import AsJson, Lang
from targeting.cli.output import console, print_json, print_table
from targeting.cli.tables import check_file
from targeting.contracts.guess import FileGuess
from targeting.contracts.linkage_file import load_spec
from targeting.contracts.pipeline_file import load_pipeline
from targeting.contracts.schemas import SCHEMAS
from targeting.errors import UsageError
from targeting.intake.guess_files import assigned
from targeting.intake.guess_link import guess_link
from targeting.intake.sample import Sample, samples
from targeting.registry.manifest import says_it_is_one
from targeting.report.init_file import Drafted, Request, pipeline_text, remarks
from targeting.report.init_spec import spec_text
from targeting.report.init_words import say
from targeting.report.labels import Language
from targeting.snapshot import open_register

POLICIES = Path("pipelines/policy")
TESTS = ".tests.yaml"
LARGEST_FOLDER = 40
LINKED = 2


def init(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Your files, or a folder that holds them.")],
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; pipeline.yaml or link.yaml without it.")
    ] = None,
    link: Annotated[
        bool, typer.Option("--link", help="A spec that links two files, instead of a pipeline file.")
    ] = False,
    told: Annotated[
        list[str] | None,
        typer.Option("--as", metavar="CONTRACT=FILE", help="What a file is, where it is taken for another one."),
    ] = None,
    purpose: Annotated[str | None, typer.Option("--purpose", help="Why the data is processed.")] = None,
    district: Annotated[
        list[str] | None, typer.Option("--district", help="A district's code, 34.04; else those of the households.")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option("--policy", help="Policy file; else the one in pipelines/policy.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    lang: Lang = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Write a pipeline file for your own files: which file is which and which column is which, each with its reason.

    Looks at headers and first rows only, of CSV, Excel (each sheet) and Parquet. What it did not find or does not
    believe is marked CHECK in the file and listed on the screen. Your files are not changed.
    With --link it writes the spec by which 'targeting link' links two files.

    The folder of a DTSEN snapshot (targeting registry build) stands in place of its two files.

    Example: targeting init data/sample/ppse.xlsx data/sample/dtsen_family.csv data/sample/dtsen_person.csv
    """
    out = out or Path("link.yaml" if link else "pipeline.yaml")
    _check_out(out, force=force)
    if purpose is not None and len(purpose.strip()) < store.SHORTEST_PURPOSE:
        raise UsageError(f"--purpose needs a few words (at least {store.SHORTEST_PURPOSE} letters).")
    registry = next((path for path in files if _is_registry(path)), None)
    tables = [table for path in _expanded([one for one in files if one != registry]) for table in samples(path)]
    if link:
        _write_spec(tables, out, lang, as_json=as_json)
        return
    found, over = assigned(tables, _told(told or [], tables))
    if not found:
        raise UsageError(
            f"none of the files is one of {', '.join(SCHEMAS)}. 'targeting schema NAME' shows their columns."
        )
    drafted = pipeline_text(found, _request(found, out, policy, purpose, district or [], registry), lang)
    store.write_text(out, drafted.text)
    load_pipeline(out)
    _show(out, found, over, drafted, lang, as_json=as_json)


def _write_spec(tables: Sequence[Sample], out: Path, lang: Language, *, as_json: bool) -> None:
    """The spec that links two tables, and what is to be checked in it."""
    if len(tables) != LINKED:
        raise UsageError(f"--link takes two files of one table each, and these hold {len(tables)}. Name the two.")
    drafted = spec_text(guess_link(tables[0], tables[1]), str(out), lang)
    store.write_text(out, drafted.text)
    spec = load_spec(out)
    if as_json:
        print_json({"file": str(out), "columns": list(spec.columns), "to_check": list(drafted.open_points)})
        return
    console.print(say("title", lang).format(file=out), markup=False, soft_wrap=True)
    _show_points(drafted, lang)


def _show_points(drafted: Drafted, lang: Language) -> None:
    """What is to be checked, a line each."""
    for point in drafted.open_points:
        console.print(f"{say('check', lang)}: {point}", markup=False, soft_wrap=True)


def _check_out(out: Path, *, force: bool) -> None:
    """Refuse what could not be written, and a file that is there."""
    if out.exists() and not out.is_dir() and not force:
        raise UsageError(f"{out} is there already. Name another file with --out, or write over it with --force.")
    check_file(out, "--out")


def _is_registry(path: Path) -> bool:
    """Whether the path is the folder of a DTSEN snapshot. Raises InputFileError for one that cannot be used."""
    return says_it_is_one(path) and open_register(path) is not None


def _expanded(files: Sequence[Path]) -> list[Path]:
    """The files, those of a folder in order of name."""
    found: list[Path] = []
    for path in files:
        if not path.is_dir():
            found.append(path)
            continue
        endings = (".csv", ".gz", ".txt", ".tsv", ".xlsx", ".xls", ".parquet")
        inside = sorted(one for one in path.iterdir() if one.is_file() and one.suffix.lower() in endings)
        if not inside or len(inside) > LARGEST_FOLDER:
            raise UsageError(
                f"{path} holds {len(inside)} files of a known ending ({', '.join(endings)}). Name the files themselves."
            )
        found += inside
    return list(dict.fromkeys(found))


def _told(pairs: Sequence[str], tables: Sequence[Sample]) -> dict[tuple[Path, str | None], str]:
    """CONTRACT=FILE or CONTRACT=FILE:SHEET, by path and sheet. UsageError unless both are known."""
    known = {(str(one.path) if one.sheet is None else f"{one.path}:{one.sheet}"): one for one in tables}
    found: dict[tuple[Path, str | None], str] = {}
    for pair in pairs:
        name, _, file = pair.partition("=")
        if name not in SCHEMAS or file not in known:
            raise UsageError(
                f"--as '{pair}' is no CONTRACT=FILE. Contracts: {', '.join(SCHEMAS)}. Files: {', '.join(known)}."
            )
        found[known[file].path, known[file].sheet] = name
    return found


def _request(
    found: Sequence[FileGuess],
    out: Path,
    policy: Path | None,
    purpose: str | None,
    districts: Sequence[str],
    registry: Path | None,
) -> Request:
    """What the file says beside its inputs, its paths relative to it."""
    if policy is not None and not policy.is_file():
        raise UsageError(f"--policy {policy}: no such file. Check the path.")
    candidates = [path for path in sorted(POLICIES.glob("*.yaml")) if not path.name.endswith(TESTS)]
    chosen = policy or (candidates[-1] if candidates else None)
    folder = out.parent
    return Request(
        name=out.stem.lower(),
        file=str(out),
        paths={(str(one.path), one.sheet): _relative(one.path, folder) for one in found},
        policy=None if chosen is None else _relative(chosen, folder),
        folder=_relative(POLICIES, folder),
        others=[path.name for path in candidates if path != chosen],
        purpose=purpose,
        districts=districts,
        registry=None if registry is None else _relative(registry, folder),
    )


def _relative(path: Path, folder: Path) -> str:
    """A path as seen from the folder, with slashes; absolute on another drive."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        return path.resolve().as_posix()


def _show(
    out: Path, found: Sequence[FileGuess], over: Sequence[Sample], drafted: Drafted, lang: Language, *, as_json: bool
) -> None:
    """What was taken for what, what is to be checked, and the next steps."""
    if as_json:
        print_json(_document(out, found, over, drafted))
        return
    rows: list[tuple[object, ...]] = [
        (_name(one.path, one.sheet), one.contract, len(one.columns), len(list(remarks(one, lang))) or "")
        for one in found
    ]
    rows += [(_name(one.path, one.sheet), say("nothing", lang), "", "") for one in over]
    heads = [say(name, lang) for name in ("file", "taken_for", "columns", "open")]
    print_table(say("title", lang).format(file=out), heads, rows, (2, 3))
    _show_points(drafted, lang)
    console.print(say("next", lang).format(file=out), markup=False, soft_wrap=True)


def _name(path: Path, sheet: str | None) -> str:
    """A table's name on the screen."""
    return path.name if sheet is None else f"{path.name}: {sheet}"


def _document(out: Path, found: Sequence[FileGuess], over: Sequence[Sample], drafted: Drafted) -> dict[str, object]:
    """The same for machines."""
    return {
        "file": str(out),
        "inputs": [
            {
                "path": str(one.path),
                "sheet": one.sheet,
                "contract": one.contract,
                "columns": {column.field: column.column for column in one.columns},
                "missing": list(one.missing),
                "doubted": [column.column for column in one.doubted],
                "unused": list(one.unused),
            }
            for one in found
        ],
        "not_used": [_name(one.path, one.sheet) for one in over],
        "to_check": list(drafted.open_points),
    }
