"""The commands, in the order of the help text: a start brings in the one it was asked for, and no other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

# The main job first, then what is done with its result, then the single steps.
PLACES: Mapping[str, str] = MappingProxyType(
    {
        "init": "init:init",
        "run": "run:run",
        "runs": "runs:runs",
        "backup": "backup:backup",
        "restore": "backup:restore",
        "encrypt": "encrypt:encrypt",
        "export": "export:export",
        "committee": "committee:committee",
        "report": "report:report",
        "explain": "explain:explain",
        "metrics": "metrics:metrics",
        "sensitivity": "compare:sensitivity",
        "simulate": "compare:simulate",
        "diff": "compare:diff",
        "override": "override:app",
        "replace": "replace:replace",
        "lottery": "lottery:app",
        "audit": "audit:app",
        "key": "key:app",
        "dpia": "dpia:dpia",
        "purge": "purge:purge",
        "subject": "subject:subject",
        "erase": "subject:erase",
        "validate": "validate:validate",
        "registry": "registry:app",
        "link": "link:link",
        "nationwide": "nationwide:nationwide",
        "review": "review_desk:app",
        "sample-for-review": "review:sample_for_review",
        "evaluate": "evaluate:evaluate",
        "pmt": "pmt:app",
        "policy": "policy:app",
        "schema": "schema:schema",
        "doctor": "doctor:doctor",
        "synth": "synth:synth",
    }
)
"""Where each stands in this package: module:name of a function or of a group's Typer."""


class Commands(Mapping[str, Any]):
    """Commands by name; the module of one is imported when it is asked for, and not before."""

    def __init__(self, places: Mapping[str, str]) -> None:
        """See PLACES."""
        self._places, self._made = dict(places), dict[str, Any]()

    def __getitem__(self, name: str) -> Any:
        """The command, made once."""
        if name not in self._made:
            self._made[name] = _made(name, self._places[name])
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        """Whether there is one, without importing it."""
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        """The names, in their order."""
        return iter(self._places)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._places)


class OnDemand(TyperGroup):
    """The group of all commands."""

    def __init__(self, **given: Any) -> None:
        """As Typer gives it; the commands are those of PLACES."""
        super().__init__(**given)
        self.commands = Commands(PLACES)  # type: ignore[assignment]  # nobody adds to them

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # noqa: ARG002
        """The names, in their order; nothing is imported for them."""
        return list(self.commands)


def _made(name: str, place: str) -> Any:
    """A command of this package as Typer runs it."""
    module, _, attribute = place.partition(":")
    found = getattr(import_module(f"{__package__}.{module}"), attribute)
    holder = typer.Typer()
    if isinstance(found, typer.Typer):
        holder.add_typer(found, name=name)
    else:
        holder.command(name)(found)
    return get_group(holder).commands[name]
