"""targeting report: a run as one HTML file that is read and printed offline."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any

import typer

from targeting import store
from targeting.cli.key import pseudonym_key
from targeting.cli.options import (
    DEFAULT_STORE,
    AsJson,
    Lang,
    Operator,
    Purpose,
    Reveal,
    RunId,
    StoreFile,
    check_reveal,
    listing_event,
)
from targeting.cli.output import print_json
from targeting.cli.tables import check_file
from targeting.cli.words import export_words
from targeting.contracts.policy import Policy
from targeting.contracts.policy_file import load_policy
from targeting.contracts.policy_gates import Gate
from targeting.contracts.run_report import PolicyNotes, ReportFrames
from targeting.contracts.sourced import Basis, Number, Numbers, walk
from targeting.errors import InputFileError, UsageError
from targeting.report.html_report import report_numbers
from targeting.report.labels import Language
from targeting.store.export.files import write_text
from targeting.store.run_report import report_frames

POLICIES = Path("pipelines/policy")
"""Where the run's policy file is looked for if none is named."""
RESERVES = "quotas.reserves."


def report(
    run: RunId = None,
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="HTML file to write; without it out/RUN/report.html.")
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(
            "--policy",
            help="The run's policy file, or a folder with it; else pipelines/policy is searched.",
        ),
    ] = None,
    tornado: Annotated[
        bool,
        typer.Option(
            "--sensitivity/--no-sensitivity",
            help="Make the list again with other numbers of the policy; some twenty times the assessment's time.",
        ),
    ] = True,
    reveal: Reveal = False,
    purpose: Purpose = None,
    operator: Operator = None,
    db: StoreFile = DEFAULT_STORE,
    lang: Lang = Language.ID,
    as_json: AsJson = False,
) -> None:
    """Write a run's report: one HTML file, self-contained, for screen, telephone and A4; identities masked.

    Prints the file's path; with --json the report's numbers instead, and the file only if --out names it.
    Every report is recorded in audit_event.

    Example: targeting report --out report.html --lang en
    """
    if reveal:
        check_reveal(purpose, operator)
    words = export_words(lang)
    frames = report_frames(db, run, words, reveal=reveal, key=pseudonym_key())
    notes = notes_of(policy, frames)
    path = target(out, frames.run["run_id"], reveal=reveal, as_json=as_json)
    if path is not None:
        check_file(path, "--out")
    numbers = report_numbers(frames, notes, revealed=reveal, tornado=_tornado(db, frames, wanted=tornado))
    text = None if path is None else _page(numbers, words, lang)
    detail = {"command": "report", "rows": frames.listing.height}
    store.record(db, listing_event(frames.run, detail, reveal=reveal, purpose=purpose, operator=operator))
    if path is not None and text is not None:
        write_text(path, text)
    if as_json:
        print_json(numbers | {"note": words.disclaimer})
    else:
        typer.echo(path)


def target(out: Path | None, run_id: str, *, reveal: bool, as_json: bool) -> Path | None:
    """Where the page goes: where it was asked for, else among the run's lists; nowhere for machines alone."""
    if out is not None or as_json:
        return out
    return Path("out") / run_id / ("report-RAHASIA.html" if reveal else "report.html")


def notes_of(named: Path | None, frames: ReportFrames) -> PolicyNotes | None:
    """What the policy file with the run's hash says of its sources; None if no such file is where files are looked for.

    Raises InputFileError if the named file or folder does not exist, UsageError if it does not hold the run's policy.
    """
    place, wanted = named or POLICIES, frames.run["policy_sha256"]
    if named is not None and not named.exists():
        raise InputFileError(f"{named}: no such file or folder. Check the path.")
    files = [place] if place.is_file() else sorted((*place.glob("*.yaml"), *place.glob("*.yml")))
    for file in files:
        if hashlib.sha256(file.read_bytes()).hexdigest() == wanted:
            return describe(load_policy(file).on(frames.run["as_of"]))
    if named is not None:
        raise UsageError(
            f"{named} does not hold the policy of run {frames.run['run_id']}: no file has the sha256 {wanted}. "
            "Name the file that the run was made with."
        )
    return None


def describe(policy: Policy) -> PolicyNotes:
    """The policy's assumptions in file order, and the official rates of poverty that it calibrates to."""
    assumed = [(_named(path, part, policy), part) for path, part in walk(policy) if part.source.status == "assumption"]
    calibrations = {"extreme": policy.poverty.extreme, "poor": policy.poverty.poor}
    return PolicyNotes(
        assumptions=[
            {
                "path": path,
                "value": _value(part),
                "unit": getattr(part, "unit", None),
                "source": _source(part.source, part.source.title),
                "source_id": _source(part.source, part.source.title_id or part.source.title),
            }
            for path, part in assumed
        ],
        rates={name: found.rate.values for name, found in calibrations.items() if found is not None},
    )


def _named(path: str, part: Any, policy: Policy) -> str:
    """A part's dotted path; a gate by its code and a reserve by its group, not by their place in the file."""
    if isinstance(part, Gate):
        return f"gates.{part.id}"
    if not path.startswith(RESERVES):
        return path
    place, _, leaf = path.removeprefix(RESERVES).partition(".")
    return f"{RESERVES}{policy.quotas.reserves[int(place)].group}.{leaf}"


def _value(part: Any) -> float | dict[str, float] | None:
    """A number or a table of numbers; a gate or a rule has none of its own."""
    match part:
        case Number():
            return part.value
        case Numbers():
            return part.values
        case _:
            return None


def _source(source: Basis, title: str | None) -> str:
    """Instrument, article and title in one line."""
    return ", ".join(part for part in (source.instrument, source.article, title) if part)


def _page(numbers: dict[str, Any], words: store.Words, lang: Language) -> str:
    """The page's text."""
    from targeting.report.html import page  # noqa: PLC0415  (the charts' library takes a second to load)

    return page(numbers, words.reasons, lang)


def _tornado(db: Path, frames: ReportFrames, *, wanted: bool) -> dict[str, Any] | None:
    """Seats that change hands by one number of the policy; None where that is not wanted or the run does not tell."""
    from targeting.proof.replay import pool_of  # noqa: PLC0415
    from targeting.proof.sensitivity import sensitivity  # noqa: PLC0415

    if not wanted:
        return None
    try:
        evidence = store.evidence(db, frames.run["run_id"])
    except UsageError:
        return None
    return sensitivity(pool_of(evidence))
