"""Named rules by theme; rule.py says how to add one. What the files' structure brings up is in ../structure.py."""

from __future__ import annotations

from targeting.intake.rules import dwelling, family, identity, place, time  # noqa: F401  (their import registers them)
from targeting.intake.rules.rule import FAMILY, RULES, Rule

__all__ = ["FAMILY", "RULES", "Rule"]
