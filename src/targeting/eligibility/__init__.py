"""Who is eligible and how poor: gates, poverty, potential, and the expected score."""

from __future__ import annotations

from targeting.eligibility.assess import assess, needed
from targeting.eligibility.inputs import AssessmentInputs, complete
from targeting.eligibility.reasons import REASONS, reason_text
from targeting.eligibility.rehearsal import Rehearsed, rehearse, untried

__all__ = [
    "REASONS",
    "AssessmentInputs",
    "Rehearsed",
    "assess",
    "complete",
    "needed",
    "reason_text",
    "rehearse",
    "untried",
]
