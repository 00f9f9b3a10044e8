"""Policies with other seats than the shipped one."""

from __future__ import annotations

from typing import Any

import pytest

from targeting.contracts.policy_quotas import Allocation
from targeting.contracts.sourced import Number


@pytest.fixture
def quotas_of(policy: Any) -> Any:
    """Makes the shipped policy with other quotas: seats by area, level, method, cascade, batch size, no reserves."""
    source = policy.gates[0].source

    def make(
        seats: dict[str, int],
        *,
        level: str = "kab",
        method: str = "fixed",
        cascade: str = "none",
        batch: int | None = None,
    ) -> Any:
        table = policy.quotas.seats.model_copy(update={"values": {area: float(one) for area, one in seats.items()}})
        changes = {
            "level": level,
            "seats": table,
            "allocation": Allocation(method=method, cascade=cascade, source=source),  # type: ignore[arg-type]
            "batch_size": None if batch is None else Number(value=batch, unit="participants", source=source),
            "reserves": (),
        }
        return policy.model_copy(update={"quotas": policy.quotas.model_copy(update=changes)})

    return make
