"""targeting encrypt: the store and its backups, written anew under another key or under none."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from targeting import store
from targeting.cli.backup import Wait
from targeting.cli.interrupt import interruptible
from targeting.cli.options import DEFAULT_STORE, AsJson, Operator, StoreFile, now, operator_name
from targeting.cli.output import console, log, print_json
from targeting.errors import UsageError
from targeting.store.at_rest import FILE, VALUE, StoreKey, store_key
from targeting.store.encryption import encrypt as written_anew
from targeting.store.secret import read_secret


def encrypt(
    *,
    decrypt: Annotated[bool, typer.Option("--decrypt", help="Write them in the clear instead.")] = False,
    old_key: Annotated[
        Path | None, typer.Option("--old-key", help="File of the key they are encrypted with now, to rotate it.")
    ] = None,
    operator: Operator = None,
    db: StoreFile = DEFAULT_STORE,
    wait: Wait = 0.0,
    as_json: AsJson = False,
) -> None:
    """Encrypt the DuckDB file and the backups beside it with the key that the environment names.

    TARGETING_STORE_KEY_FILE names the key's file, TARGETING_STORE_KEY is the key itself; 'targeting key create --file
    FILE' makes one. Every command opens the store with it from then on. Whoever loses the key loses the store.
    Files in other folders, inputs, lists and reports stay as they are. Recorded in audit_event.

    Example: targeting encrypt --db targeting.duckdb
    """
    key, earlier = store_key(), None if old_key is None else StoreKey(read_secret(old_key, "store "))
    if key is None and not (decrypt and earlier):
        raise UsageError(
            f"no key is given. 'targeting key create --file FILE' makes one; then let {FILE} name the file, or {VALUE} "
            "be the key."
        )
    deed = store.AuditEvent(
        store.OUTSIDE_RUNS,
        now(),
        store.Action.ENCRYPT,
        operator_name(operator),
        "decrypted" if decrypt else "encrypted under another key" if earlier else "encrypted",
    )
    with interruptible("files that were not yet written anew are as they were; start it again"):
        done = written_anew(db, deed, None if decrypt else key, earlier or key, wait)
    if as_json:
        files, left = ([str(path) for path in paths] for paths in (done.files, done.left))
        print_json({"encrypted": not decrypt, "files": files, "left": left, "checkpoints": list(done.checkpoints)})
        return
    for path in done.files:
        console.print(f"{path}: {'in the clear' if decrypt else 'encrypted'}", markup=False, soft_wrap=True)
    for path in done.left:
        log.print(f"warning: {path} cannot be read and stays as it was", markup=False, soft_wrap=True)
