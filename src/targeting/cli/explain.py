"""targeting explain: all that a run found out about one household, and what it led to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from targeting import store
from targeting.cli.key import pseudonym_key
from targeting.cli.options import (
    DEFAULT_STORE,
    AsJson,
    Household,
    Lang,
    Operator,
    Purpose,
    Reveal,
    RunOption,
    StoreFile,
    check_reveal,
    now,
)
from targeting.cli.output import console, log, print_json, print_table
from targeting.cli.words import export_words, reason_words
from targeting.errors import UsageError
from targeting.report.explain import sections, standing
from targeting.report.labels import Language, label
from targeting.store.pseudonym import PseudonymKey


def explain(
    household: Household,
    *,
    run: RunOption = None,
    db: StoreFile = DEFAULT_STORE,
    lang: Lang = Language.EN,
    as_json: AsJson = False,
    reveal: Reveal = False,
    purpose: Purpose = None,
    operator: Operator = None,
) -> None:
    """Explain one household: links and their evidence, each gate, the score's parts, the distance to the last seat,
    and the smallest change that would alter the outcome, found by ranking anew.

    Example: targeting explain PPSE-0000001 --lang id
    """
    why, who = check_reveal(purpose, operator) if reveal else ("", "")
    found = store.explanation(db, run, household)
    if reveal:
        _record(db, found, household, why, who)
    else:
        found = masked(found, pseudonym_key())
    words = export_words(lang)
    change = _change(db, found, household)
    if as_json:
        print_json(found | {"standing": standing(found), "change": change, "note": words.disclaimer})
        return
    home = found["household"]
    console.print(f"{label('household', lang)} {home['household_id']}, {_place(home)}", markup=False)
    console.print(f"{label('run', lang)} {found['run']['run_id']}", markup=False)
    for section in sections(found, reason_words(lang), lang):
        print_table(section.title, list(section.columns), list(section.rows), section.right)
    _show_change(change, lang)
    console.print(words.disclaimer, style="bold", markup=False)


def _change(db: Path, found: dict[str, Any], household: str) -> dict[str, Any] | None:
    """The smallest change that alters the outcome, and others; None where the run did not keep what it judged by."""
    from targeting.proof.case import case_of  # noqa: PLC0415  (numpy, for this command only)
    from targeting.proof.counterfactual import alternatives  # noqa: PLC0415

    if found["assessment"] is None:
        return None
    try:
        evidence = store.evidence(db, found["run"]["run_id"], household)
    except UsageError:
        return None
    return alternatives(case_of(evidence, household))


def _show_change(change: dict[str, Any] | None, lang: Language) -> None:
    """What would have to be otherwise."""
    from targeting.report.proof_sections import change_sections  # noqa: PLC0415
    from targeting.report.proof_words import word  # noqa: PLC0415

    if change is None:
        log.print(word("not_kept", lang), markup=False, soft_wrap=True)
        return
    for section in change_sections(change, reason_words(lang), lang):
        print_table(section.title, list(section.columns), list(section.rows), section.right)
    if not change["reproduced"]:
        log.print(word("not_reproduced", lang), markup=False, soft_wrap=True)


def masked(found: dict[str, Any], key: PseudonymKey | None = None) -> dict[str, Any]:
    """The explanation with nobody to be found in it."""

    def hide(value: Any) -> Any:
        match value:
            case dict():
                return store.mask_record(value, key)
            case list():
                return [hide(item) for item in value]
            case _:
                return value

    return {name: value if name == "run" else hide(value) for name, value in found.items()}


def _record(db: StoreFile, found: dict[str, Any], household: str, purpose: str, operator: str) -> None:
    """The look is in audit_event before anything is shown."""
    event = store.AuditEvent(
        run_id=found["run"]["run_id"],
        at=now(),
        action=store.Action.REVEAL,
        operator=operator,
        purpose=purpose,
        detail=store.mask_record({"command": "explain", "household_id": household}, pseudonym_key()),
    )
    store.record(db, event)


def _place(home: dict[str, Any]) -> str:
    """Village, subdistrict and district, by name where known."""
    levels = ("desa", "kecamatan", "kabupaten_kota")
    names = [home.get(f"nama_{level}") or home.get(f"kode_{level}") for level in levels]
    return ", ".join(name for name in names if name)
