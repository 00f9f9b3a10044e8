"""Poverty by proxies: trains, scores and judges models of what households spend, with their uncertainty."""

from __future__ import annotations

from targeting.poverty.households import OF_FAMILY, Pool, Told, check_codes, probabilities

__all__ = ["OF_FAMILY", "Pool", "Told", "check_codes", "probabilities"]
