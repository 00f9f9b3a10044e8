"""targeting registry: the register prepared once a cut-off, and what a prepared one holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from targeting.cli.interrupt import interruptible
from targeting.cli.linkage_register import columns_of
from targeting.cli.options import AsJson, Lang, now
from targeting.cli.output import log, print_json
from targeting.cli.registry_view import as_document, show
from targeting.cli.tables import read_table
from targeting.contracts.config import DtsenSources, Limits, LinkageSettings, PipelineConfig, Source
from targeting.contracts.linkage import LinkSpec
from targeting.contracts.linkage_file import load_spec
from targeting.contracts.pipeline_file import load_pipeline
from targeting.errors import UsageError
from targeting.intake import RuleContext, load_regions
from targeting.intake.text_parts import sha256_of
from targeting.registry import Snapshot, open_snapshot, verify
from targeting.report.labels import Language

if TYPE_CHECKING:
    from targeting.snapshot import Place

app = typer.Typer(no_args_is_help=True, help="Prepare the register once a cut-off; see what a snapshot holds.")

STEPS = {
    Language.EN: {"judging": "judging", "keeping": "writing tables", "encoding": "encoding", "keys": "blocking keys"},
    Language.ID: {
        "judging": "memeriksa",
        "keeping": "menulis tabel",
        "encoding": "menyandikan",
        "keys": "kunci pemblokiran",
    },
}


@app.callback()
def registry() -> None:
    """Prepare the register once a cut-off; see what a snapshot holds."""


@app.command()
def build(
    file: Annotated[Path | None, typer.Argument(help="Any one file instead of DTSEN; needs --spec.")] = None,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder of the snapshot; one a cut-off.")],
    families: Annotated[Path | None, typer.Option("--families", help="DTSEN family file.")] = None,
    persons: Annotated[Path | None, typer.Option("--persons", help="DTSEN person file.")] = None,
    pipeline: Annotated[
        Path | None, typer.Option("--pipeline", metavar="YAML", help="Take DTSEN files and settings from it.")
    ] = None,
    cut_off: Annotated[
        datetime | None,
        typer.Option("--cut-off", formats=["%Y-%m-%d"], help="Day that DTSEN describes; rows are judged as of it."),
    ] = None,
    spec: Annotated[
        Path | None, typer.Option("--spec", help="Linkage spec; for DTSEN the built-in one without it.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of the one that is there.")] = False,
    lang: Lang = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Validate, standardise and encode a register once, so that each link against it costs what the batch costs.

    `targeting link LEFT DIR` and `dtsen: {registry: DIR}` in a pipeline file take the folder. It appears when it is
    whole, and only its owner can read it.

    Example: targeting registry build --families data/sample/dtsen_family.csv --persons data/sample/dtsen_person.csv
    --cut-off 2025-09-30 --out registry/2025-09-30
    """
    day = cut_off.date() if cut_off else None
    with interruptible("no snapshot was made"), _progress(lang) as told:
        if file is not None:
            if families or persons or pipeline or spec is None:
                raise UsageError("a FILE needs --spec, and no --families, --persons, --pipeline: those are for DTSEN.")
            _build_table(file, load_spec(spec), day, _place(out, replace, told))
        else:
            config = None if pipeline is None else load_pipeline(pipeline)
            _build_dtsen(_sources(families, persons, config), config, day, spec, _place(out, replace, told))
    _show(open_snapshot(out), lang, as_json=as_json)


@app.command()
def info(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the snapshot.")],
    *,
    check: Annotated[bool, typer.Option("--verify", help="Read every byte and compare it with its hash.")] = False,
    lang: Lang = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Show what a snapshot holds: cut-off, sources, rows by kabupaten, columns, keys by rule with their largest blocks.

    Ends with 10 if a file is missing, cut short or (with --verify) altered.

    Example: targeting registry info registry/2025-09-30 --verify
    """
    with interruptible("nothing was changed"):
        snapshot = open_snapshot(folder)
        if check:
            verify(snapshot)
        _show(snapshot, lang, as_json=as_json, verified=check)


def _show(snapshot: Snapshot, lang: Language, *, as_json: bool, verified: bool = False) -> None:
    """What the snapshot holds."""
    if as_json:
        print_json(as_document(snapshot, verified=verified))
    else:
        show(snapshot, lang, verified=verified)


def _place(out: Path, replace: bool, told: Callable[[str, float], None]) -> Place:
    """Where to, and when."""
    from targeting.snapshot import Place  # noqa: PLC0415  (heavy imports for this command only)

    return Place(out, now(), replace, told)


def _sources(families: Path | None, persons: Path | None, config: PipelineConfig | None) -> DtsenSources:
    """The DTSEN files, from options or from the pipeline file."""
    if config is not None and not families and not persons:
        if config.dtsen.registry is not None:
            raise UsageError("the pipeline file names a snapshot, not the DTSEN files. Give --families and --persons.")
        return config.dtsen
    if families is None or persons is None or config is not None:
        raise UsageError(
            "Say what to build from: --families and --persons, or --pipeline with both in it, or FILE with --spec."
        )
    return DtsenSources(families=Source(path=families), persons=Source(path=persons))


def _build_dtsen(
    sources: DtsenSources, config: PipelineConfig | None, cut_off: date | None, spec: Path | None, place: Place
) -> None:
    """A snapshot of DTSEN."""
    from targeting.linkage.register import register_spec  # noqa: PLC0415  (heavy imports for this command only)
    from targeting.snapshot import build_dtsen  # noqa: PLC0415

    if cut_off is None:
        raise UsageError("Say which day DTSEN describes with --cut-off, for example --cut-off 2026-03-31.")
    settings = LinkageSettings() if config is None else config.linkage
    wanted = register_spec(spec or settings.spec)
    context = RuleContext(as_of=cut_off, regions=load_regions(None if config is None else config.regions))
    build_dtsen(sources, wanted, context, Limits() if config is None else config.limits, place)


def _build_table(file: Path, spec: LinkSpec, cut_off: date | None, place: Place) -> None:
    """A snapshot of any one file."""
    from targeting.snapshot import build_table  # noqa: PLC0415  (heavy imports for this command only)

    place.told("judging", 0.0)
    frame = read_table(file, columns_of(spec, "right"))
    build_table(frame, spec, {"source": file.name, "sha256": sha256_of(file)}, cut_off, place)


@contextmanager
def _progress(lang: Language) -> Iterator[Callable[[str, float], None]]:
    """A line on the terminal, if there is one, that says what is being done and how far it is."""
    with log.status(STEPS[lang]["judging"]) as status:
        yield lambda step, share: status.update(f"{STEPS[lang][step]} {share:.0%}" if share else STEPS[lang][step])
