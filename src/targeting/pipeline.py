"""The spine: intake -> standardise and link -> assess -> rank -> publish. The one place that knows the order."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from importlib.metadata import version
from typing import Any

import polars as pl

from targeting import __version__, poverty, snapshot, store
from targeting.contracts.codes.lists import DTSEN_2025, REGSOSEK_2022K
from targeting.contracts.config import PipelineConfig
from targeting.contracts.pmt_file import load_model, sha256_of
from targeting.contracts.policy import Policy
from targeting.contracts.policy_file import load_policy
from targeting.contracts.run import Forecast, RunContext, RunResult
from targeting.eligibility import AssessmentInputs, assess, needed
from targeting.errors import (
    CountingError,
    RunInterruptedError,
    StoreLockedError,
    TargetingError,
)
from targeting.intake import (
    CONTRACTS,
    Intake,
    Partition,
    RuleContext,
    check_rejected_share,
    describe_inputs,
    load_regions,
    read_text,
    sources_of,
    take_in,
    with_region_names,
)
from targeting.linkage.link import Progress
from targeting.linkage.prior import PriorMatches, match_prior
from targeting.linkage.register import RegisterLinks, link_register
from targeting.ranking import rank, summary
from targeting.registry import Snapshot
from targeting.report import funnel
from targeting.vocabulary import BIRTH_DISAGREES, LinkStatus, RunStatus, Table

LOCK_WAIT_SECONDS = 60.0
"""How long a finished run waits for a reader to let go of the store before it gives up its work."""

LIBRARIES = ("duckdb", "polars", "pyarrow", "numpy")


@dataclass
class Logbook:
    """What the run's row will say, filled in as the run goes on."""

    config: PipelineConfig
    context: RunContext
    policy: Policy | None = None
    inputs: tuple[Mapping[str, Any], ...] = ()
    counts: dict[str, Any] = field(default_factory=dict)
    step_seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """The block is the named step: timed, and told to whoever watches."""
        begun = self.context.timer()
        with self.context.progress.step(name):
            yield
        self.step_seconds[name] = round(self.context.timer() - begun, 3)

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
            status=RunStatus.PUBLISHED if error is None else RunStatus.FAILED,
            policy_id=self.policy.policy.id if self.policy else None,
            policy_version=self.policy.policy.version if self.policy else None,
            policy_sha256=self.policy.sha256 if self.policy else None,
            library_versions={"python": platform.python_version()} | {name: version(name) for name in LIBRARIES},
            step_seconds=self.step_seconds,
            inputs=self.inputs,
            counts=self.counts,
            error_class=type(error).__name__ if error else None,
            error_message=str(error) if isinstance(error, TargetingError) else None,
        )


def run(config: PipelineConfig, context: RunContext) -> RunResult:
    """The run is published whole, or nothing of it but a row that says how it failed.

    Rows in are accepted or rejected, accepted households are assessed, assessed households end in one status each:
    checked, CountingError else. Raises what the rooms raise; StoreLockedError if another run works on the same store;
    TooManyRejectedError by `limits`; RunInterruptedError on Ctrl-C.
    """
    logbook = Logbook(config, context)
    with store.run_lock(context.db):
        store.check_can_publish(context.db)
        with _failures_recorded(logbook):
            return _work(config, context, logbook)


def _work(config: PipelineConfig, context: RunContext, logbook: Logbook) -> RunResult:
    """The steps, in order."""
    with logbook.step("policy"):
        policy = logbook.policy = load_policy(config.policy)
        policy = policy.on(context.as_of)
        policy.ranking.check_seed(context.seed)

    with logbook.step("intake"):
        regions = load_regions(config.regions)
        taken = take_in(config, RuleContext(context.as_of, config.districts, regions))
        register = None if config.dtsen.registry is None else snapshot.open_register(config.dtsen.registry)
        logbook.inputs = describe_inputs(taken) + (() if register is None else snapshot.inputs_of(register))
        check_rejected_share(taken, config.limits)

    with logbook.step("linkage"):
        links, dtsen = linked(config, taken, register, lambda _phase, share: context.progress.advance(share))

    with logbook.step("assessment"):
        prior = earlier_participants(config, context, taken)
        told = told_by_model(config, taken, dtsen, register, policy)
        given = assessment_inputs(config, taken, dtsen, links, prior)
        if told is not None:
            given = replace(given, by_model=told.household, model_period=told.about["period"])
        assessment = assess(given, policy, context.as_of)
        check_all_assessed(taken.households.accepted, assessment.household)

    with logbook.step("ranking"):
        overrides = store.overrides_in_force(context.db, context.as_of)
        candidate = rank(assessment, policy, context.seed, overrides)
        check_all_listed(assessment.household, candidate)

    logbook.counts = count(taken, links, assessment.household, candidate) | {
        "assumptions": policy.assumptions,
        "not_evaluated": list(assessment.not_evaluated),
        "prior": None if prior is None else prior.counts,
        "poverty_model": None if told is None else told.about,
        "deprivation": assessment.deprivation,
        "code_lists": {"ppse": given.ppse_code_lists, "dtsen": given.dtsen_code_lists},
        "usual": None if assessment.usual is None else asdict(assessment.usual),
        **summary(assessment.household, candidate, policy, context.seed),
    }
    household = with_region_names(taken.households.accepted, regions)

    with logbook.step("publishing"):
        tables = {
            Table.VALIDATION_ISSUE: pl.concat([part.issues for part in taken.partitions]),
            Table.REJECTED_ROW: pl.concat([part.rejected for part in taken.partitions]),
            Table.HOUSEHOLD: household,
            Table.PERSON: taken.members.accepted,
            Table.PERSON_LINK: links.person_link,
            Table.HOUSEHOLD_LINK: links.household_link,
            Table.ASSESSMENT: assessment.household,
            Table.CANDIDATE: candidate,
            **evidence(given, policy),
        }
        store.publish(context.db, logbook.record(), tables, LOCK_WAIT_SECONDS)

    return RunResult(context.run_id, logbook.inputs, logbook.counts, logbook.step_seconds)


def forecast(config: PipelineConfig, context: RunContext) -> Forecast:
    """The input files opened and counted, the policy checked, the last run's times scaled by rows; nothing written."""
    load_policy(config.policy).on(context.as_of).ranking.check_seed(context.seed)
    RuleContext(context.as_of, config.districts, load_regions(config.regions))
    sources = dict(zip(CONTRACTS, sources_of(config), strict=True))
    inputs: tuple[dict[str, Any], ...] = tuple(
        {
            "contract": contract,
            "source": source.path.name,
            "rows_in": read_text(source.path, source).rows_in,
            "bytes": source.path.stat().st_size,
        }
        for contract, source in sources.items()
        if source is not None
    )
    if config.dtsen.registry is not None:
        inputs += tuple(
            {name: one[name] for name in ("contract", "source", "rows_in")} | {"bytes": 0}
            for one in snapshot.inputs_of(snapshot.open_register(config.dtsen.registry))
        )
    last = store.last_run(context.db, config.id)
    if last is None:
        return Forecast(inputs, {})
    scale = sum(one["rows_in"] for one in inputs) / max(1, sum(one["rows_in"] for one in last["inputs"]))
    return Forecast(
        inputs,
        step_seconds={step: round(value * scale, 1) for step, value in last["step_seconds"].items()},
        pairs=round(last["counts"]["linkage"]["pairs_scored"] * scale),
        memory_mb=last["counts"]["peak_memory_mb"],
        judged_by=last["run_id"],
    )


def check_all_assessed(households: pl.DataFrame, assessment: pl.DataFrame) -> None:
    """Raise CountingError unless each accepted household is assessed once."""
    _check_same(households, assessment, "accepted", "assessed")


def check_all_listed(assessment: pl.DataFrame, candidate: pl.DataFrame) -> None:
    """Raise CountingError unless each assessed household has one candidate row with a status."""
    _check_same(assessment, candidate.filter(pl.col("status").is_not_null()), "assessed", "ranked")


def _check_same(before: pl.DataFrame, after: pl.DataFrame, did: str, does: str) -> None:
    """Each household_id of `before` stands in `after` exactly once."""
    lost = before.join(after, on="household_id", how="anti").height
    doubled = after.height - after.get_column("household_id").n_unique()
    if lost or doubled or before.height != after.height:
        raise CountingError(
            f"{before.height:,} households were {did} and {after.height:,} {does} "
            f"({lost:,} lost, {doubled:,} doubled). Please report this; nothing was published."
        )


def earlier_participants(config: PipelineConfig, context: RunContext, taken: Intake) -> PriorMatches | None:
    """Members of the pool who may have taken part before; None if the pipeline file names no list."""
    if taken.prior is None:
        return None
    year = context.as_of.year
    accepted = taken.prior.accepted
    return match_prior(accepted, taken.members.accepted, taken.households.accepted, year, config.linkage)


@dataclass(frozen=True)
class DtsenRows:
    """Families and persons that links may name, and the version of their codes."""

    families: pl.DataFrame
    persons: pl.DataFrame
    code_lists: str


def linked(
    config: PipelineConfig, taken: Intake, register: Snapshot | None, progress: Progress
) -> tuple[RegisterLinks, DtsenRows]:
    """The links, and the DTSEN rows they name: all accepted ones of the files, of a snapshot only these."""
    households, members = taken.households.accepted, taken.members.accepted
    if register is not None:
        links = snapshot.link_to_register(households, members, register, config.linkage, progress)
        families, persons = snapshot.linked_rows(register, config.linkage, links)
        return links, DtsenRows(families, persons, register.manifest.code_lists or DTSEN_2025)
    parts = taken.by_contract
    families, persons = parts["dtsen-family"].accepted, parts["dtsen-person"].accepted
    links = link_register(households, members, families, persons, config.linkage, progress)
    return links, DtsenRows(families, persons, config.dtsen.files[0].code_lists or DTSEN_2025)


def told_by_model(
    config: PipelineConfig, taken: Intake, dtsen: DtsenRows, register: Snapshot | None, policy: Policy
) -> poverty.Told | None:
    """p_poor and p_extreme of the policy's proxy means test, None if the policy names none.

    The official rates are of all inhabitants: so all families of the register tell how far the model is off them.
    """
    if policy.poverty.model is None:
        return None
    path = config.policy.parent / policy.poverty.model
    model = load_model(path)
    families = dtsen.families
    if register is not None and policy.poverty.calibrated_over == "register":
        families = snapshot.families_of(register, config.districts, [*model.needed, *poverty.OF_FAMILY])
    households = poverty.Pool(taken.households.accepted, config.ppse.households.code_lists or REGSOSEK_2022K)
    told = poverty.probabilities(model, households, poverty.Pool(families, dtsen.code_lists), policy.poverty)
    return replace(told, about={"sha256": sha256_of(path), **told.about})


def assessment_inputs(
    config: PipelineConfig, taken: Intake, dtsen: DtsenRows, links: RegisterLinks, prior: PriorMatches | None
) -> AssessmentInputs:
    """What assessing is given; code lists that the pipeline file does not name are those of each source's contract."""
    return AssessmentInputs(
        households=taken.households.accepted,
        members=taken.members.accepted,
        families=dtsen.families,
        persons=dtsen.persons,
        household_link=links.household_link,
        person_link=links.person_link,
        ppse_code_lists=config.ppse.households.code_lists or REGSOSEK_2022K,
        dtsen_code_lists=dtsen.code_lists,
        prior_recipients=None if prior is None else prior.found,
        unsure_births=taken.members.issues.filter(rule=BIRTH_DISAGREES).get_column("record_id"),
    )


def evidence(given: AssessmentInputs, policy: Policy) -> dict[Table, pl.DataFrame]:
    """What the households were judged by beside their own rows, so that the store can have them judged again: the
    policy's text, and of DTSEN rows what assessing reads, which is no name and no number."""
    read = needed(given)
    named = {"name": policy.name, "sha256": policy.sha256, "content": policy.content}
    tables = {
        Table.POLICY: pl.DataFrame([named]),
        Table.LINKED_FAMILY: read.families.drop("no_kk", strict=False),
        Table.LINKED_PERSON: read.persons,
        Table.PRIOR_MATCH: given.prior_recipients,
        Table.MODEL_PROBABILITY: given.by_model,
    }
    return {table: frame for table, frame in tables.items() if frame is not None}


def count(taken: Intake, links: RegisterLinks, assessment: pl.DataFrame, candidate: pl.DataFrame) -> dict[str, Any]:
    """The run's counts, from rows in to seats."""
    households, members = taken.households, taken.members
    linked = links.person_link.filter(pl.col("status") == LinkStatus.LINK)
    reviewed = links.person_link.join(linked, on="person_id", how="anti")
    return {
        "households": _rows(households),
        "members": _rows(members)
        | {"linked": linked["person_id"].n_unique(), "review": reviewed["person_id"].n_unique()},
        "links": funnel.count_links(households.accepted, links.household_link),
        "gates": funnel.count_gates(assessment),
        "candidates": funnel.count_statuses(candidate),
        "districts": funnel.count_districts(candidate),
        "linkage": asdict(links.summary),
        "peak_memory_mb": peak_memory_mb(),
    }


def _rows(part: Partition) -> dict[str, int]:
    """Where a file's rows went."""
    return {"rows_in": part.rows_in, "accepted": part.accepted.height, "rejected": part.rejected.height}


def peak_memory_mb() -> int | None:
    """The most memory this process has held, in MB; None where the system does not say."""
    if sys.platform == "win32":
        return None
    import resource  # noqa: PLC0415  (does not exist on Windows)

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1e6 if sys.platform == "darwin" else 1e3))


@contextmanager
def _failures_recorded(logbook: Logbook) -> Iterator[None]:
    """A run that ends early leaves a row that says so, if the store lets it, and no other row."""
    try:
        yield
    except StoreLockedError:
        raise
    except KeyboardInterrupt:
        raise _stopped(logbook) from None
    except Exception as error:
        # Ctrl-C during a query reaches Python as DuckDB's own error (duckdb-python 2.0).
        if isinstance(error, RuntimeError) and str(error) == "Query interrupted":
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
    stopped = RunInterruptedError("stopped; nothing was published. Start the run again when you like.")
    store.record_failure(logbook.context.db, logbook.record(stopped))
    return stopped
