"""What a process may have of memory; a run that would be killed for want of it is refused before it begins."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from targeting import memory
from targeting.contracts.pipeline_file import load_pipeline
from targeting.errors import UsageError
from targeting.running import room

PIPELINE = Path(__file__).parents[2] / "pipelines" / "wub-2026.yaml"
WHOLE = psutil.virtual_memory().total


@pytest.mark.parametrize(
    ("told", "file"),
    [
        ("0::/system.slice/wub.service\n", "system.slice/wub.service/memory.max"),
        ("0::/system.slice/wub.service\n", "system.slice/memory.max"),
        ("4:memory:/a/b\n3:cpu:/c\n", "memory/a/b/memory.limit_in_bytes"),
        ("4:memory:/seen/from/outside\n", "memory/memory.limit_in_bytes"),
    ],
)
def test_a_limit_of_a_service_or_container_counts_and_none_is_the_machines_memory(tmp_path, monkeypatch, told, file):
    (tmp_path / "own").write_text(told)
    monkeypatch.setattr(memory, "OWN", tmp_path / "own")
    monkeypatch.setattr(memory, "CGROUPS", tmp_path)
    limit = tmp_path / file
    limit.parent.mkdir(parents=True, exist_ok=True)
    limit.write_text("max\n")
    assert memory.allowed_bytes() == WHOLE
    limit.write_text("300000000\n")
    assert (memory.allowed_bytes(), memory.free_bytes() < 300_000_000) == (300_000_000, True)


def test_a_run_that_does_not_fit_is_told_before_it_begins(monkeypatch):
    config = load_pipeline(PIPELINE)
    room.check_memory(config)
    monkeypatch.setattr(room, "allowed_bytes", lambda: room.LEAST_BYTES)
    with pytest.raises(UsageError, match=r"may have 480 MB of memory.*at least 4\d\d MB.*Nothing was begun"):
        room.check_memory(config)
    monkeypatch.setattr(room, "address_space", lambda: 1_500_000_000)
    with pytest.raises(UsageError, match="ulimit -v unlimited"):
        room.check_memory(config)
