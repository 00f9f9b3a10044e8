"""Whoever was erased stays erased: what is restored, and what a run takes in again, is held to the ledger."""

from __future__ import annotations

from pathlib import Path

from targeting import store
from targeting.cli.key import earlier_keys, pseudonym_key
from targeting.cli.options import now, operator_name
from targeting.cli.output import log
from targeting.store.erasure import hold_to_ledger, ledger_of

RESTORED = "pemulihan cadangan: catatan penghapusan diterapkan lagi (a backup was restored and held to the ledger)"
TAKEN_IN = "berkas masukan masih memuat orang yang dihapus (input files still held persons who were erased)"


def held_to_ledger(db: Path, operator: str | None, why: str, source: str, *, beside: bool) -> list[str]:
    """Numbers of the erasures that were done again; without the key, a warning that `source` may hold those persons.

    `beside`: backups are looked through too. The key may have been rotated since, and the old one put elsewhere: who
    cannot be recognised is not erased.
    """
    if not ledger_of(db).exists():
        return []
    key = pseudonym_key()
    if key is None:
        log.print(
            f"warning: persons were erased from this store, and {source} may hold them again. With the pseudonym key "
            "run: targeting erase --replay --purpose TEXT",
            markup=False,
            soft_wrap=True,
        )
        return []
    event = store.AuditEvent(store.OUTSIDE_RUNS, now(), store.Action.ERASE, operator_name(operator), why)
    return [one.erasure_id for one in hold_to_ledger(db, [key, *earlier_keys()], event, beside=beside)]
