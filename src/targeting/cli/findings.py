"""What `targeting doctor` finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing: what was found, its state (ok, optional, attention), and what to do unless it is ok."""

    what: str
    found: str
    state: str
    cure: str = ""


def sized(what: str, free: int, whole: int, least: int, cure: str) -> Finding:
    """An amount of bytes, with a cure where it is too little."""
    told = f"{free / 1e9:.1f} / {whole / 1e9:.1f} GB"
    return Finding(what, told, "ok") if free >= least else Finding(what, told, "attention", cure)
