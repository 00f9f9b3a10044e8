"""`targeting override`: what persons decide about households, kept for all runs to come and shown on their lists."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import polars as pl
import typer

from targeting import store
from targeting.cli.key import pseudonym_key
from targeting.cli.options import DEFAULT_STORE, AsJson, Household, Lang, Operator, StoreFile, now, operator_name
from targeting.cli.output import console, log, print_json, print_table
from targeting.cli.visits import export_visits, import_visits
from targeting.errors import TargetingError
from targeting.report.labels import Language, label
from targeting.vocabulary import OverrideKind

TO_THE_MINUTE = len("2026-06-01 09:00")

app = typer.Typer(no_args_is_help=True, help="Hold, include or exclude a household by a person's decision.")
Reason = Annotated[str, typer.Option("--reason", help="Why; stands on the list beside the household.")]


@app.callback()
def override() -> None:
    """Hold, include or exclude a household by a person's decision."""


@app.command()
def add(
    household: Household,
    *,
    kind: Annotated[
        OverrideKind, typer.Option("--kind", help="hold: no seat for now; include: a seat before merit; exclude: none.")
    ],
    reason: Reason,
    until: Annotated[
        datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Last reference date it counts for.")
    ] = None,
    operator: Operator = None,
    db: StoreFile = DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """Decide about a household; every run from now on obeys it and shows who decided and why.

    Example: targeting override add PPSE-0000012 --kind hold --reason "alamat sedang diperiksa"
    """
    deed = store.Deed(operator_name(operator), now(), reason)
    override_id = store.add_override(db, household, kind, deed, until.date() if until else None)
    known = _is_known(db, household)
    if not known:
        log.print("warning: the latest run has no household of this id; the override waits for one.", markup=False)
    if as_json:
        print_json({"override_id": override_id, "kind": str(kind), "known": known})
    else:
        typer.echo(override_id)


@app.command("list")
def list_overrides(
    everything: Annotated[bool, typer.Option("--all", help="Also what was withdrawn or is over.")] = False,
    db: StoreFile = DEFAULT_STORE,
    lang: Lang = Language.EN,
    as_json: AsJson = False,
) -> None:
    """List the overrides in force today, or with --all every decision and withdrawal.

    Example: targeting override list --lang id
    """
    found = _history(db) if everything else _in_force(db)
    if as_json:
        print_json(found)
        return
    names = ("override_id", "event", "kind", "household_id", "operator", "reason", "valid_until", "happened_at")
    shown = [name for name in names if not found or name in found[0]]
    rows: list[tuple[Any, ...]] = [tuple(_cell(name, row[name], lang) for name in shown) for row in found]
    ids = tuple(place for place, name in enumerate(shown) if name in ("override_id", "household_id"))
    print_table(label("overrides", lang), [label(name, lang) for name in shown], rows, whole=ids)


def _cell(name: str, value: Any, lang: Language) -> Any:
    """A value as the table shows it: codes in words, times to the minute."""
    if name in ("kind", "event"):
        return label(value, lang)
    return str(value)[:TO_THE_MINUTE] if name == "happened_at" else value


@app.command()
def withdraw(
    override_id: Annotated[str, typer.Argument(metavar="OVERRIDE", help="Its id, as 'list' shows it: O-0001.")],
    *,
    reason: Reason,
    operator: Operator = None,
    db: StoreFile = DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """End an override; its row and the reason of its end stay in the ledger.

    Example: targeting override withdraw O-0001 --reason "alamat sudah diperiksa"
    """
    ended = store.withdraw_override(db, override_id, store.Deed(operator_name(operator), now(), reason))
    if as_json:
        print_json({"override_id": override_id, "kind": ended["kind"], "withdrawn": True})
    else:
        console.print(f"{override_id} ({ended['kind']}) is withdrawn", markup=False)


app.command("export")(export_visits)
app.command("import")(import_visits)


def _is_known(db: StoreFile, household: str) -> bool:
    """Whether the latest run has the household; True where there is no run to ask."""
    try:
        _, standing = store.standing_of(db, None)
    except TargetingError:
        return True
    return household in standing.get_column("household_id")


def _in_force(db: StoreFile) -> list[dict[str, Any]]:
    found = store.overrides_in_force(db, now().date()).rename({"decided_at": "happened_at"})
    return store.mask(found, pseudonym_key()).to_dicts()


def _history(db: StoreFile) -> list[dict[str, Any]]:
    return store.mask(pl.DataFrame(store.override_history(db), infer_schema_length=None), pseudonym_key()).to_dicts()
