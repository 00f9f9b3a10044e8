"""Progress on a terminal: the time left by what a step says, else by last time."""

from __future__ import annotations

import io

from rich.console import Console

from targeting.cli.progress import TimeLeft, terminal_progress
from targeting.report.labels import Language


class Task:
    """What a column is given."""

    def __init__(self, completed: float, elapsed: float, expected: float | None, *, finished: bool = False) -> None:
        self.completed, self.elapsed, self.finished = completed, elapsed, finished
        self.fields = {"expected": expected}


def left(task: Task) -> str:
    return TimeLeft().render(task).plain  # type: ignore[arg-type]


def test_time_left_follows_the_share_a_step_says_is_done():
    assert left(Task(0.25, 30, expected=1000)) == "~1:30"


def test_time_left_follows_the_last_run_where_a_step_says_nothing():
    assert left(Task(0, 30, expected=120)) == "~1:30"


def test_nothing_is_said_that_nobody_knows():
    assert [left(Task(0, 30, expected=None)), left(Task(1, 30, expected=60, finished=True))] == ["", ""]


def test_a_step_longer_than_last_time_stays_almost_done():
    assert left(Task(0, 200, expected=100)) == "~0:02"


def test_steps_are_shown_by_their_names_and_gone_afterwards():
    shown = Console(file=io.StringIO(), force_terminal=True, width=80)
    with terminal_progress(shown, {"intake": 3.0}, Language.ID) as progress:
        with progress.step("intake"):
            progress.advance(0.5)
        with progress.step("linkage"):
            pass
    assert "pembacaan dan validasi" in shown.file.getvalue()  # type: ignore[attr-defined]
