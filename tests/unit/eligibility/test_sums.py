"""A score is the same to the last bit however many threads add it up."""

from __future__ import annotations

import os
import subprocess
import sys

PROGRAM = """
import numpy as np, polars as pl
from targeting.eligibility.sums import added
draws = np.random.default_rng(1)
frame = pl.DataFrame({str(i): draws.random(5_000) for i in range(9)})
print(pl.thread_pool_size(), frame.select(added(pl.col(name) for name in frame.columns)).hash_rows().sum())
"""


def test_fractions_are_added_alike_by_one_thread_and_by_seven() -> None:
    told = []
    for threads in ("1", "7"):
        environment = os.environ | {"POLARS_MAX_THREADS": threads}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=environment
        )
        told.append(done.stdout.split())
    assert [pool for pool, _ in told] == ["1", "7"]
    assert told[0][1] == told[1][1]
