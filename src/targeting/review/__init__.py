"""The desk at which persons settle doubtful pairs: an Excel workbook that comes back, or a page on this machine."""

from __future__ import annotations
