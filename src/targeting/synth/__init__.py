"""Synthetic PPSE and DTSEN with known truth: never a real person, recognisable by NIK serials from 9001 on."""

from __future__ import annotations

from targeting.synth.generate import SynthData, generate
from targeting.synth.levels import LEVELS, NoiseLevel

__all__ = ["LEVELS", "NoiseLevel", "SynthData", "generate"]
