"""Who gets a seat: the order of merit, its uncertainty, seats, reserves and the waitlist."""

from __future__ import annotations

from targeting.ranking.lottery import ticket, wrong_tickets
from targeting.ranking.rank import rank

__all__ = ["rank", "ticket", "wrong_tickets"]
