"""--memory is kept by the whole process: batches shrink to it, and what cannot fit is refused."""

from __future__ import annotations

import pytest

from targeting.errors import UsageError
from targeting.linkage.engines import duckdb as engine_module
from targeting.linkage.engines.duckdb import DuckDbEngine


class Holding:
    """A process that holds so many bytes."""

    def __init__(self, held: int) -> None:
        self.rss = held

    def __call__(self) -> Holding:
        return self

    def memory_info(self) -> Holding:
        return self


def test_the_less_memory_is_left_the_fewer_pairs_are_compared_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for held in (500_000_000, 3_000_000_000):
        monkeypatch.setattr(engine_module, "Process", Holding(held))
        with DuckDbEngine(memory="4GB") as engine:
            found.append(engine.pairs_at_once(500))
    assert [3_500_000, 1_000_000] == found


def test_files_that_leave_no_memory_to_compare_in_are_refused_with_a_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "Process", Holding(3_900_000_000))
    with DuckDbEngine(memory="4GB") as engine, pytest.raises(UsageError, match=r"3\.9 GB .* --memory 4GB .* 5GB"):
        engine.pairs_at_once(500)


def test_pages_of_files_that_are_mapped_are_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    mapping = Holding(3_900_000_000)
    mapping.shared = 3_400_000_000  # type: ignore[attr-defined]
    monkeypatch.setattr(engine_module, "Process", mapping)
    with DuckDbEngine(memory="4GB") as engine:
        assert 3_500_000 == engine.pairs_at_once(500)
