"""A model that is kept from night to night stops a run when the files have drifted away from it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from targeting.contracts.config import Limits
from targeting.errors import LimitError
from targeting.running.shift import check_model_drift


def linkage(share: float | None) -> Any:
    return SimpleNamespace(model_drift=share, model_drift_column="tanggal_lahir")


def test_a_drift_beyond_the_limit_stops_the_run_and_says_what_to_do():
    with pytest.raises(LimitError, match=r"12\.0% of the links agree on 'tanggal_lahir' otherwise .* train anew"):
        check_model_drift(linkage(0.12), Limits(max_model_drift=0.1))


@pytest.mark.parametrize(("share", "most"), [(None, 0.1), (0.1, 0.1), (0.9, None)])
def test_without_a_drift_or_a_limit_it_goes_on(share: float | None, most: float | None):
    check_model_drift(linkage(share), Limits(max_model_drift=most))
