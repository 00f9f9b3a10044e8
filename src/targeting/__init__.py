"""Validates PPSE households, links them to DTSEN, scores extreme poverty and ranks candidates for WUB."""

__version__ = "0.1.0"
