"""Who is eligible and how poor: gates, poverty, potential, and the expected score."""

from __future__ import annotations

from targeting.eligibility.assess import assess
from targeting.eligibility.inputs import AssessmentInputs
from targeting.eligibility.reasons import REASONS, reason_text

__all__ = ["REASONS", "AssessmentInputs", "assess", "reason_text"]
