"""What a run writes down of itself while it goes on, and the row it leaves when it ends early."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.metadata import version
from typing import Any, TypeVar

from targeting import __version__, store
from targeting.contracts.config import PipelineConfig
from targeting.contracts.policy import Policy
from targeting.contracts.run import RunContext, RunResult
from targeting.errors import LimitError, RunInterruptedError, StoreLockedError, TargetingError
from targeting.running import stops
from targeting.running.keys import sha256_of
from targeting.running.opening import KEPT_PAIRS
from targeting.vocabulary import RunStatus

LIBRARIES = ("duckdb", "polars", "pyarrow", "numpy")
T = TypeVar("T")


@dataclass
class Logbook:
    """What the run's row will say, filled in as the run goes on."""

    config: PipelineConfig
    context: RunContext
    checkpoints: store.Checkpoints
    policy: Policy | None = None
    inputs: tuple[Mapping[str, Any], ...] = ()
    counts: dict[str, Any] = field(default_factory=dict)
    step_seconds: dict[str, float] = field(default_factory=dict)
    resumed: list[str] = field(default_factory=list)
    input_key: str | None = None

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """The block is the named step: timed, and told to whoever watches."""
        begun = self.context.timer()
        with self.context.progress.step(name):
            yield
        self.step_seconds[name] = round(self.context.timer() - begun, 3)

    def once(self, name: str, key: str, kind: type[T], work: Callable[[], T]) -> T:
        """What the work gives, left as a checkpoint; or what an earlier start left of the same inputs."""
        made = self.checkpoints.read(name, key, kind)
        if made is not None:
            self.resumed.append(name)
            return made
        made = work()
        self.checkpoints.write(name, key, made)
        return made

    def advance(self, _phase: str, share: float) -> None:
        """The step at work is done by this share."""
        self.context.progress.advance(share)

    def result(self, model: str) -> RunResult:
        """The published run."""
        return RunResult(
            self.context.run_id,
            self.inputs,
            self.counts,
            self.step_seconds,
            self.context.now,
            resumed=tuple(self.resumed),
            model=model,
        )

    def record(self, error: BaseException | None = None) -> store.RunRecord:
        """The run's row as of now. Of an error that is not ours only its class: its text may hold data."""
        return store.RunRecord(
            run_id=self.context.run_id,
            pipeline_id=self.config.id,
            purpose=self.config.purpose,
            operator=self.context.operator,
            started_at=self.context.now,
            finished_at=self.context.now + timedelta(seconds=sum(self.step_seconds.values())),
            as_of=self.context.as_of,
            seed=self.context.seed,
            engine=self.context.engine,
            program_version=__version__,
            status=_status(error),
            policy_id=self.policy.policy.id if self.policy else None,
            policy_version=self.policy.policy.version if self.policy else None,
            policy_sha256=self.policy.sha256 if self.policy else None,
            model_sha256=sha256_of(self.config.linkage.model),
            registry=next((str(one["registry"]) for one in self.inputs if one.get("registry")), None),
            library_versions={"python": platform.python_version()} | {name: version(name) for name in LIBRARIES},
            step_seconds=self.step_seconds,
            inputs=self.inputs,
            counts=self.counts,
            error_class=type(error).__name__ if error else None,
            error_message=str(error) if isinstance(error, TargetingError) else None,
            input_key=self.input_key,
        )


def _status(error: BaseException | None) -> RunStatus:
    """How a run ended."""
    match error:
        case None:
            return RunStatus.PUBLISHED
        case LimitError():
            return RunStatus.REFUSED
        case _:
            return RunStatus.FAILED


@contextmanager
def failures_recorded(logbook: Logbook) -> Iterator[None]:
    """A run that ends early leaves a row that says so, if the store lets it, and no other row."""
    try:
        yield
    except StoreLockedError:
        raise
    except (KeyboardInterrupt, Exception) as error:
        if stops.is_stop(error):
            raise _stopped(logbook) from None
        store.record_failure(logbook.context.db, logbook.record(error))
        raise


def _stopped(logbook: Logbook) -> RunInterruptedError:
    """The stopped run has its row; what to say of it: Ctrl-C may have come when it was already in the store."""
    run_id = logbook.context.run_id
    with suppress(TargetingError):
        if store.is_published(logbook.context.db, run_id):
            return RunInterruptedError(
                f"stopped after run {run_id} was published; 'targeting export {run_id}' makes its files."
            )
    stopped = RunInterruptedError(f"stopped; nothing was published. {_what_stands(logbook)}")
    store.record_failure(logbook.context.db, logbook.record(stopped))
    return stopped


def _what_stands(logbook: Logbook) -> str:
    """How to go on."""
    done = [step for step in logbook.checkpoints.steps() if step != KEPT_PAIRS]
    if not done:
        return "Start the run again when you like."
    return f"The same command with --resume goes on behind what is done ({', '.join(done)})."
