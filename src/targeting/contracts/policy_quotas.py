"""Seats and their order in a policy: quotas, reserves, waitlist, and how the ranking is made."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from targeting.contracts.sourced import Basis, Number, Numbers, Plain
from targeting.contracts.welfare import require_keys
from targeting.errors import PolicyError

DISTRICT, SUBDISTRICT = r"\d{2}\.\d{2}", r"\d{2}\.\d{2}\.\d{2}"
TOTAL = "total"
"""The key of `seats` when all seats are shared out among the districts."""


class Reserve(Plain):
    """A minimum for a group of nominees, filled after open merit: a share of the seats, or seats in each batch."""

    group: Literal["female", "disability"]
    min_share: Number | None = None
    min_seats: Number | None = None

    @model_validator(mode="after")
    def states_one_minimum(self) -> Self:
        """Refuse a reserve with no minimum or with two."""
        if (self.min_share is None) == (self.min_seats is None):
            raise ValueError(f"reserve '{self.group}' needs either 'min_share' or 'min_seats'")
        return self


class Allocation(Plain):
    """How seats come to their areas.

    `fixed`: `seats` names each area. `proportional`: seats are shared out by the expected number of poor households;
    `square_root`: by its square root, which favours small areas. Both round by largest remainder. Seats that an area
    cannot fill pass to the next in merit of its `district`, of the whole `programme`, or of nobody (`none`).
    """

    method: Literal["fixed", "proportional", "square_root"]
    expected: Literal["p_extreme", "p_poor"] = "p_extreme"
    cascade: Literal["none", "district", "programme"] = "district"
    source: Basis


class Quotas(Plain):
    """Seats per area, minimums within them, batches, and the waitlist."""

    level: Literal["kab", "kec"] = "kab"
    seats: Numbers
    allocation: Allocation | None = Field(default=None, description="fixed seats that pass to nobody, without it")
    batch_size: Number | None = Field(default=None, description="participants of one training batch")
    reserves: tuple[Reserve, ...] = ()
    waitlist_ratio: Number
    waitlist_days: Number | None = Field(default=None, description="days from the reference date it is valid for")

    @property
    def shared_out(self) -> bool:
        """Whether seats are shared out rather than fixed for each area."""
        return self.allocation is not None and self.allocation.method != "fixed"

    @property
    def cascade(self) -> Literal["none", "district", "programme"]:
        """Where seats go that an area cannot fill."""
        return "none" if self.allocation is None else self.allocation.cascade

    @model_validator(mode="after")
    def seats_are_whole_and_of_areas(self) -> Self:
        """Refuse half a seat, and a key that is no area of the level at which seats are stated."""
        form, example = self._keys()
        for seats in self.seats.tables:
            for area, number in seats.items():
                if not re.fullmatch(form, area):
                    raise ValueError(f"seats: '{area}' is no key like {example}")
                if number < 0 or number != int(number):
                    raise ValueError(f"seats: {area} has {number:g} seats; give a whole number")
        if self.batch_size is not None and self.batch_size.value < 1:
            raise ValueError("'batch_size' is at least 1")
        return self

    def _keys(self) -> tuple[str, str]:
        """What the keys of `seats` look like, and an example."""
        if self.level == "kec" and not self.shared_out:
            return SUBDISTRICT, "34.04.01 (fixed seats of subdistricts)"
        if self.level == "kab" and self.shared_out:
            return TOTAL, "'total' (seats that are shared out among districts)"
        return DISTRICT, "34.04 (district code)"


TieKey = Literal["desil", "age", "women", "disability"]


class Ranking(Plain):
    """How the score is made and ties are broken.

    Ties go by `ties` in order (lowest desil, oldest, women, people with a disability first), then by lottery.
    """

    composite: Literal["geometric", "lexicographic"]
    alpha: Number = Field(description="exponent of poverty in the geometric composite")
    floor: Number = Field(description="what potential 0 still counts in the geometric composite")
    bands: Number = Field(description="poverty bands of the lexicographic composite")
    unlinked_score: Number = Field(description="score where the household is not found in DTSEN")
    draws: Number
    borderline: Numbers | None = Field(default=None, description="p_top_k 'from' and 'to' of who is visited first")
    ties: tuple[TieKey, ...]
    seed_commit: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")] | None = None

    @model_validator(mode="after")
    def draws_and_bands_are_counts(self) -> Self:
        """Refuse fewer than one draw or band, and a borderline without both ends."""
        if self.draws.value < 1 or self.bands.value < 1:
            raise ValueError("'draws' and 'bands' are at least 1")
        if self.borderline is not None:
            require_keys("borderline", self.borderline, ("from", "to"))
        if len(set(self.ties)) != len(self.ties):
            raise ValueError("'ties' names a key twice")
        return self

    def check_seed(self, seed: int) -> None:
        """Raise PolicyError if the policy committed itself to another seed."""
        if self.seed_commit is not None and self.seed_commit != commitment(seed):
            raise PolicyError("The seed is not the one the policy committed to (ranking.seed_commit). Use that seed.")


GUESSES = 100_000
"""Seeds that a curious reader of a commitment would try first."""


def guessable(seed: int) -> bool:
    """Whether a seed is so short that its commitment gives it away."""
    return 0 <= seed < GUESSES


def commitment(seed: int) -> str:
    """What can be published before the draw: it fixes the seed and, if that is long enough, does not give it away."""
    return "sha256:" + hashlib.sha256(str(seed).encode()).hexdigest()
