"""How a run begins: anew, or behind the steps that an earlier start of it has done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from targeting import store
from targeting.contracts.config import PipelineConfig
from targeting.contracts.run import RunContext, RunResult, Start
from targeting.linkage.remembered import Remembered
from targeting.running.keys import Keys, key, keys_of

KEPT_REGISTER, KEPT_PAIRS = "dtsen", "pairs"
"""Checkpoints that outlive their run, if the pipeline file wants them to."""


@dataclass(frozen=True)
class Opened:
    """A run that may begin: its context (that of its first start, if it is gone on with) and its keys.

    `done`: nothing is to be done but, perhaps, to export it.
    """

    context: RunContext
    keys: Keys
    done: RunResult | None = None


@dataclass(frozen=True)
class PairMemory:
    """What scoring found, kept beside the store from one night to the next."""

    checkpoints: store.Checkpoints
    key: str

    def recall(self) -> Remembered | None:
        """What the last night left of the same register, spec, model and program."""
        return self.checkpoints.read(KEPT_PAIRS, self.key, Remembered)

    def keep(self, found: Remembered) -> None:
        """Leave it for the next night."""
        self.checkpoints.write(KEPT_PAIRS, self.key, found)


def memory_of(config: PipelineConfig, keys: Keys, checkpoints: store.Checkpoints) -> PairMemory | None:
    """The memory of pairs, None if the pipeline file wants none."""
    return PairMemory(checkpoints, keys.pairs) if config.linkage.keep else None


@contextmanager
def opened(config: PipelineConfig, context: RunContext, checkpoints: store.Checkpoints) -> Iterator[Opened]:
    """The run is written down beside the store, and what it does not go on with is gone.

    When the block fails, what the steps have done stays for the next start, and nothing else.
    """
    begun = _gone_on_with(config, context, checkpoints) or _begun(config, context, checkpoints)
    try:
        yield begun
    except BaseException:
        checkpoints.tidy()
        raise


def closed(config: PipelineConfig, context: RunContext, run_id: str) -> None:
    """Nothing is left of a run that is published and exported but, if that is wanted, the register it read."""
    checkpoints = store.checkpoints_of(context.db)
    journal = checkpoints.journal()
    if journal is not None and journal.get("run_id") == run_id:  # else another run has begun
        checkpoints.clear(keep=_kept(config, context))


def with_spill(config: PipelineConfig, checkpoints: store.Checkpoints) -> PipelineConfig:
    """The run whose linkage spills beside the store, where the next start removes what a killed one left."""
    if config.linkage.spill is not None:
        return config
    linkage = config.linkage.model_copy(update={"spill": checkpoints.spill()})
    return config.model_copy(update={"linkage": linkage})


def _gone_on_with(config: PipelineConfig, context: RunContext, checkpoints: store.Checkpoints) -> Opened | None:
    """The unfinished run, if it is to be gone on with and nothing that it depends on has changed."""
    journal = checkpoints.journal()
    if journal is None or not (context.start is Start.RESUME or context.if_changed):
        return None
    earlier = _of_journal(journal, context)
    keys = keys_of(config, earlier)
    if journal.get("key") != _whole(config, keys):
        return None
    done = None
    if store.is_published(context.db, earlier.run_id):
        done = _result_of(store.run_of(context.db, earlier.run_id))
    elif context.start is not Start.RESUME:
        return None
    return Opened(earlier, keys, done)


def _begun(config: PipelineConfig, context: RunContext, checkpoints: store.Checkpoints) -> Opened:
    """A run of its own; of an unfinished one only steps of the very same inputs are of use to it."""
    keys = keys_of(config, context)
    same = _unchanged(config, context, keys) if context.if_changed else None
    if same is not None:
        return Opened(context, keys, same)
    _remove_unfinished(checkpoints.journal())
    if context.start is not Start.RESUME:
        checkpoints.clear(keep=_kept(config, context))
    checkpoints.begin(_journal(config, context, keys))
    return Opened(context, keys)


def _unchanged(config: PipelineConfig, context: RunContext, keys: Keys) -> RunResult | None:
    """The last published run, if it is of the same inputs, policy, program and decisions; None else."""
    last = store.last_run(context.db, config.id)
    if last is None or last.get("input_key") is None:
        return None
    overrides = store.overrides_in_force(context.db, context.as_of)
    if last["input_key"] != keys.ranking(context.seed, overrides):
        return None
    return replace(_result_of(last), unchanged=True)


def _result_of(run: dict[str, Any]) -> RunResult:
    """A published run's row as the run itself gave it."""
    return RunResult(
        run_id=run["run_id"],
        inputs=tuple(run["inputs"] or ()),
        counts=run["counts"],
        step_seconds=run["step_seconds"],
        started_at=run["started_at"],
    )


def _kept(config: PipelineConfig, context: RunContext) -> tuple[str, ...]:
    if context.start is Start.FRESH:
        return ()
    wanted = {KEPT_REGISTER: config.dtsen.keep, KEPT_PAIRS: config.linkage.keep}
    return tuple(step for step, keep in wanted.items() if keep)


def _whole(config: PipelineConfig, keys: Keys) -> str:
    """What must be the same for a run to be the same run. A person's decision that comes between is obeyed by it."""
    return key(config.id, config.purpose, config.seed, keys.assessment)


def _journal(config: PipelineConfig, context: RunContext, keys: Keys) -> dict[str, Any]:
    return {
        "run_id": context.run_id,
        "now": context.now.isoformat(),
        "as_of": context.as_of.isoformat(),
        "operator": context.operator,
        "out": None if context.out is None else str(context.out.resolve()),
        "key": _whole(config, keys),
    }


def _of_journal(journal: dict[str, Any], context: RunContext) -> RunContext:
    """The context of the unfinished run; its date only if nobody names another now."""
    try:
        as_of = date.fromisoformat(str(journal["as_of"])) if context.today else context.as_of
        return replace(
            context,
            run_id=str(journal["run_id"]),
            now=datetime.fromisoformat(str(journal["now"])),
            operator=str(journal["operator"]),
            as_of=as_of,
        )
    except (KeyError, ValueError):
        return context


def _remove_unfinished(journal: dict[str, Any] | None) -> None:
    """Files that a killed export left half written are gone."""
    if journal is not None and journal.get("out") and journal.get("run_id"):
        store.remove_unfinished(Path(str(journal["out"])), str(journal["run_id"]))
