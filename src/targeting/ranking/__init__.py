"""Who gets a seat: the order of merit, its uncertainty, seats, reserves and the waitlist."""

from __future__ import annotations

from targeting.ranking.lottery import ticket, wrong_tickets
from targeting.ranking.rank import rank, standing
from targeting.ranking.replacement import Successor, successor
from targeting.ranking.summary import summary

__all__ = ["Successor", "rank", "standing", "successor", "summary", "ticket", "wrong_tickets"]
