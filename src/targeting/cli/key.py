"""`targeting key`: the secret that pseudonyms are made with. Made, put aside, looked for; never shown."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from targeting.cli.options import AsJson
from targeting.cli.output import console, log, print_json
from targeting.errors import UsageError
from targeting.store.pseudonym import PseudonymKey, create_key, parse_key, read_key, rotate_key

VALUE, FILE = "TARGETING_PSEUDONYM_KEY", "TARGETING_PSEUDONYM_KEY_FILE"

app = typer.Typer(no_args_is_help=True, help="The key of pseudonyms: make it, rotate it, see which one is used.")
KeyFile = Annotated[
    Path | None, typer.Option("--file", help=f"The key's file; else that of {FILE}, else one in your home folder.")
]


@app.callback()
def key() -> None:
    """The key of pseudonyms: make it, rotate it, see which one is used."""


@app.command()
def create(file: KeyFile = None, as_json: AsJson = False) -> None:
    """Make a key that only you can read. With it, identity numbers are shown as pseudonyms that stay the same.

    Keep it away from the store and its backups: whoever has both can undo every pseudonym.

    Example: targeting key create
    """
    path = file or default_file()
    made = create_key(path)
    if as_json:
        print_json({"file": str(path), "mark": made.mark})
    else:
        console.print(f"{path}: key {made.mark}", markup=False, soft_wrap=True)


@app.command()
def rotate(file: KeyFile = None, as_json: AsJson = False) -> None:
    """Put the key aside and make a new one. Pseudonyms change; each carries the mark of its key.

    The old key stays beside the new one under its mark: with it old lists can still be compared with each other, and
    persons who were erased are still recognised. Destroy it when all lists made with it are out of retention.

    Example: targeting key rotate
    """
    path = file or default_file()
    aside, made = rotate_key(path)
    if as_json:
        print_json({"file": str(path), "mark": made.mark, "old": str(aside)})
        return
    console.print(f"new key {made.mark}; the old one is {aside}", markup=False, soft_wrap=True)


@app.command()
def info(as_json: AsJson = False) -> None:
    """Say where the key in use comes from, and its mark; the key itself is not shown.

    Example: targeting key info
    """
    where, found = found_key()
    if as_json:
        print_json({"source": where, "mark": None if found is None else found.mark})
    elif found is None:
        console.print("no key: identity numbers are shown as stars. 'targeting key create' makes one.", markup=False)
    else:
        console.print(f"key {found.mark} ({where})", markup=False, soft_wrap=True)


def default_file() -> Path:
    """The file that the environment names, else one in the user's configuration folder."""
    named = os.environ.get(FILE, "").strip()
    if named:
        return Path(named)
    home = os.environ.get("XDG_CONFIG_HOME", "").strip()
    return (Path(home) if home else Path.home() / ".config") / "targeting" / "pseudonym.key"


def pseudonym_key() -> PseudonymKey | None:
    """The key in use; None if there is none: numbers are then shown as stars. UsageError if what is named is no key."""
    return found_key()[1]


def needed_key() -> PseudonymKey:
    """The key in use. UsageError if there is none."""
    found = pseudonym_key()
    if found is None:
        raise UsageError("this needs the pseudonym key, and there is none. 'targeting key create' makes one.")
    return found


def found_key() -> tuple[str | None, PseudonymKey | None]:
    """Where the key in use comes from, and the key: the environment's value, the file it names, the file at home."""
    value = os.environ.get(VALUE)
    if value is not None:
        return (VALUE, parse_key(value, VALUE)) if value.strip() else (None, None)
    path = default_file()
    if os.environ.get(FILE, "").strip() or path.exists():
        return str(path), read_key(path)
    return None, None


def earlier_keys() -> list[PseudonymKey]:
    """Keys that `rotate` put aside, beside the key's file."""
    path = default_file()
    if not path.parent.is_dir():
        return []
    found = []
    for aside in sorted(path.parent.glob(f"{path.name}.*")):
        try:
            found.append(read_key(aside))
        except UsageError as error:
            log.print(f"warning: {error}", markup=False, soft_wrap=True)
    return found
