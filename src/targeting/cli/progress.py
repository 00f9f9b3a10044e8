"""Progress on a terminal: the steps done, the one at work, and the time left as the last run of the same job had it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

from rich.console import Console, RenderableType
from rich.progress import Progress as RichProgress
from rich.progress import ProgressColumn, SpinnerColumn, Task, TaskID, TextColumn, TimeElapsedColumn
from rich.progress_bar import ProgressBar
from rich.text import Text

from targeting.cli.output import log
from targeting.report.labels import Language, label

ALMOST = 0.99
"""A step that takes longer than last time stays almost done until it is."""


class ExpectedBar(ProgressColumn):
    """A bar that fills as the step says, else with the time it took last time; a pulse if nothing is known."""

    def render(self, task: Task) -> RenderableType:
        """The bar."""
        share = _share(task)
        return ProgressBar(
            total=1.0, completed=share or 0.0, width=24, pulse=share is None, animation_time=task.elapsed
        )


class TimeLeft(ProgressColumn):
    """Minutes and seconds left, by how far the step says it is, else by the time it took last time."""

    def render(self, task: Task) -> RenderableType:
        """The text; empty when nothing is known or the step is done."""
        share, elapsed = _share(task), task.elapsed or 0.0
        if task.finished or not share or elapsed < 1:
            return Text("")
        left = round(elapsed * (1 - share) / share)
        return Text(f"~{left // 60}:{left % 60:02d}")


def _share(task: Task) -> float | None:
    """How much of the step is done, between 0 and 1: as it says itself, else as last time; None if nobody knows."""
    expected = task.fields["expected"]
    if task.finished or task.completed > 0:
        return task.completed
    return min(ALMOST, (task.elapsed or 0.0) / expected) if expected else None


class TerminalProgress:
    """One line a step, on stderr."""

    def __init__(self, rich: RichProgress, expected: Mapping[str, float], language: Language) -> None:
        self._rich = rich
        self._expected = expected
        self._language = language
        self._task: TaskID | None = None

    def step(self, name: str) -> AbstractContextManager[object]:
        """A block that is the step."""
        return self._step(name)

    def advance(self, share: float) -> None:
        """Show how far the step at work is."""
        if self._task is not None:
            self._rich.update(self._task, completed=min(share, ALMOST))

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        self._task = self._rich.add_task(label(name, self._language), total=1, expected=self._expected.get(name))
        yield
        self._rich.update(self._task, completed=1)
        self._task = None


@contextmanager
def watched_share(name: str, language: Language, *, hidden: bool) -> Iterator[Callable[[float], None]]:
    """What a long step tells how far it is; shown on a terminal only, and not if hidden."""
    if hidden or not log.is_terminal:
        yield lambda _share: None
        return
    with terminal_progress(log, {}, language) as progress, progress.step(name):
        yield progress.advance


@contextmanager
def terminal_progress(
    console: Console, expected: Mapping[str, float], language: Language
) -> Iterator[TerminalProgress]:
    """A live display that is gone when the block ends; `expected` has seconds by step."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), ExpectedBar(), TimeElapsedColumn(), TimeLeft())
    with RichProgress(*columns, console=console, transient=True) as rich:
        yield TerminalProgress(rich, expected, language)
