"""Runs a command and tells its wall time and peak memory; compares links with the truth."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import psutil


@dataclass(frozen=True)
class Run:
    """What one command took: wall seconds, peak resident GB of the process and its children, its output, seconds of the
    processor.
    """

    seconds: float
    peak_gb: float
    exit_code: int
    output: str
    errors: str
    cpu_seconds: float = 0.0


@dataclass(frozen=True)
class Accuracy:
    """Precision, recall and F1 of links at one cut, and the number of links."""

    precision: float
    recall: float
    f1: float
    links: int


def run(command: list[str], folder: Path | None = None) -> Run:
    """Run the command to its end, with its memory looked at 50 times a second beside the kernel's own peak."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder) as process:
        peak = _Peak(process.pid)
        watcher = threading.Thread(target=peak.watch, daemon=True)
        watcher.start()
        errors: list[str] = []
        reader = threading.Thread(target=lambda: errors.append(process.stderr.read() if process.stderr else ""))
        reader.start()
        output = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
        peak.stop()
        reader.join()
    gigabytes = max(peak.most, usage.ru_maxrss * 1024) / 1e9
    processor = round(usage.ru_utime + usage.ru_stime, 2)
    return Run(round(seconds, 2), round(gigabytes, 3), process.returncode, output, "".join(errors), processor)


class _Peak:
    """The largest sum of resident memory of a process and its children, in bytes."""

    def __init__(self, pid: int) -> None:
        self.most = 0
        self._pid = pid
        self._running = True

    def watch(self) -> None:
        while self._running:
            self.most = max(self.most, self._now())
            time.sleep(0.02)

    def stop(self) -> None:
        self._running = False

    def _now(self) -> int:
        try:
            parent = psutil.Process(self._pid)
            return sum(p.memory_info().rss for p in [parent, *parent.children(recursive=True)])
        except psutil.Error:
            return 0


def accuracy(links: pl.DataFrame, truth: pl.DataFrame) -> Accuracy:
    """Precision, recall and F1 of the pairs id_l, id_r against the true pairs."""
    right = links.select("id_l", "id_r").join(truth, on=["id_l", "id_r"], how="semi").height
    return _accuracy(right, links.height, truth.height)


def best_accuracy(links: pl.DataFrame, truth: pl.DataFrame) -> Accuracy:
    """The accuracy at the match weight that makes F1 largest: what a user who knew the truth would choose."""
    marked = links.join(truth.with_columns(true=pl.lit(value=True)), on=["id_l", "id_r"], how="left")
    runs = (
        marked.group_by("match_weight")
        .agg(true=pl.col("true").fill_null(value=False).sum(), links=pl.len())
        .sort("match_weight", descending=True)
        .with_columns(pl.col("true").cum_sum(), pl.col("links").cum_sum())
        .with_columns(f1=2 * pl.col("true") / (pl.col("links") + truth.height))
        .sort(["f1", "links"], descending=[True, False])
    )
    if runs.is_empty():
        return _accuracy(0, 0, truth.height)
    return _accuracy(runs["true"][0], runs["links"][0], truth.height)


def calibration(links: pl.DataFrame, truth: pl.DataFrame, bins: int = 10) -> tuple[pl.DataFrame, float]:
    """Reliability: per band of match probability the mean probability, the true share and the rows; and the expected
    calibration error (mean absolute gap, weighted by rows)."""
    marked = links.join(truth.with_columns(true=pl.lit(value=True)), on=["id_l", "id_r"], how="left").with_columns(
        pl.col("true").fill_null(value=False),
        band=(pl.col("match_probability") * bins).floor().clip(0, bins - 1) / bins,
    )
    table = marked.group_by("band").agg(
        told=pl.col("match_probability").mean(), true=pl.col("true").mean(), rows=pl.len()
    )
    table = table.sort("band")
    gaps = table.select(((pl.col("told") - pl.col("true")).abs() * pl.col("rows")).sum() / pl.col("rows").sum())
    return table, float(gaps.item() or 0.0)


def _accuracy(right: int, links: int, truth: int) -> Accuracy:
    precision, recall = right / links if links else 0.0, right / truth if truth else 0.0
    return Accuracy(precision, recall, 2 * right / (links + truth) if links + truth else 0.0, links)
