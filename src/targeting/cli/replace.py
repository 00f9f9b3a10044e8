"""`targeting replace`: a household declines, the next on the waitlist takes its seat, and both are on record."""

from __future__ import annotations

from typing import Annotated

import typer

from targeting import store
from targeting.cli.key import pseudonym_key
from targeting.cli.options import A_RUN, DEFAULT_STORE, AsJson, Lang, Operator, StoreFile, now, operator_name
from targeting.cli.output import console, print_json
from targeting.ranking import successor
from targeting.report.labels import Language, label


def replace(
    run: Annotated[str, typer.Argument(metavar="RUN", help=A_RUN)],
    *,
    household: Annotated[str, typer.Option("--household", help="household_id of the household that declines.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept with the replacement.")],
    operator: Operator = None,
    db: StoreFile = DEFAULT_STORE,
    lang: Lang = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Record that a household declines, and give its seat to the next on the waitlist of its area.

    A reserve that would fall short is filled from its group first. Exports of the run show both from now on.

    Example: targeting replace latest --household PPSE-0000001 --reason "pindah ke luar daerah"
    """
    deed = store.Deed(operator_name(operator), now(), reason)
    of_run, standing = store.standing_of(db, run)
    in_force = store.overrides_in_force(db, deed.at.date()).filter(kind="include").get_column("household_id")
    decided = store.overrides_in_force(db, deed.at.date()).get_column("household_id")
    stopped = set(decided) - set(in_force)
    next_one = successor(standing, household, of_run["counts"] or {}, deed.at.date(), stopped)
    number = store.record_replacement(db, of_run["run_id"], household, next_one.household_id, next_one.area, deed)
    # A source may use KK numbers as its household ids.
    told = store.mask_record(
        {
            "run_id": of_run["run_id"],
            "sequence": number,
            "declined": household,
            "replaced_by": next_one.household_id,
            "area": next_one.area,
            "reserve": next_one.reserve,
        },
        pseudonym_key(),
    )
    if as_json:
        print_json(told)
        return
    if next_one.household_id is None:
        console.print(label("nobody_left", lang), markup=False)
        return
    seat = f"{label('replaced_by', lang)}: {told['replaced_by']} ({label('area', lang)} {next_one.area})"
    reserve = f", {label('reserve', lang)} {label(next_one.reserve, lang)}" if next_one.reserve else ""
    console.print(seat + reserve, markup=False)
