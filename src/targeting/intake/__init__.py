"""Intake: any file in, every row out as accepted or rejected, every finding named. The file itself is never changed."""

from __future__ import annotations

from targeting.intake.check import validate
from targeting.intake.context import RuleContext
from targeting.intake.files import read_text
from targeting.intake.frames import Partition, TextFrame
from targeting.intake.regions import load_regions, with_region_names
from targeting.intake.taken import (
    CONTRACTS,
    Intake,
    check_rejected_share,
    describe_inputs,
    intake_dtsen,
    intake_ppse,
    read_source,
    sources_of,
    take_in,
    take_in_ppse,
)

__all__ = [
    "CONTRACTS",
    "Intake",
    "Partition",
    "RuleContext",
    "TextFrame",
    "check_rejected_share",
    "describe_inputs",
    "intake_dtsen",
    "intake_ppse",
    "load_regions",
    "read_source",
    "read_text",
    "sources_of",
    "take_in",
    "take_in_ppse",
    "validate",
    "with_region_names",
]
