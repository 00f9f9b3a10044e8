"""The spine: intake -> standardise and link -> assess -> rank -> publish. The one place that knows the order."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import polars as pl

from targeting import poverty, snapshot, store
from targeting.contracts.assessment import Assessment
from targeting.contracts.codes.lists import DTSEN_2025, REGSOSEK_2022K
from targeting.contracts.config import PipelineConfig
from targeting.contracts.pmt import ProxyModel
from targeting.contracts.pmt_file import load_model, sha256_of
from targeting.contracts.policy import Policy
from targeting.contracts.policy_file import load_policy
from targeting.contracts.run import Forecast, RunContext, RunResult
from targeting.eligibility import AssessmentInputs, assess, needed
from targeting.intake import (
    CONTRACTS,
    Intake,
    Partition,
    RuleContext,
    check_rejected_share,
    describe_inputs,
    intake_dtsen,
    load_regions,
    read_text,
    sources_of,
    take_in_ppse,
    with_region_names,
)
from targeting.linkage.prior import PriorMatches, match_prior
from targeting.linkage.register import RegisterLinks, link_register
from targeting.linkage.remembered import Memory
from targeting.linkage.scoring import Progress
from targeting.ranking import rank, summary
from targeting.registry import Snapshot
from targeting.running.counting import check_all_assessed, check_all_listed, count
from targeting.running.keys import Keys, check_unchanged
from targeting.running.logbook import Logbook, failures_recorded
from targeting.running.opening import memory_of, opened, with_spill
from targeting.running.rates import by_last_run, by_rates
from targeting.running.shift import check_model_drift, check_shift, shift_since_last_run
from targeting.vocabulary import BIRTH_DISAGREES, Table

LOCK_WAIT_SECONDS = 60.0
"""How long a finished run waits for a reader to let go of the store before it gives up its work."""


def run(config: PipelineConfig, context: RunContext) -> RunResult:
    """The run is published whole, or nothing of it but a row that says how it failed.

    Rows in are accepted or rejected, accepted households are assessed, assessed households end in one status each:
    checked, CountingError else. Raises what the rooms raise; StoreLockedError if another run works on the same store;
    LimitError by `limits`; RunInterruptedError on Ctrl-C and on a full disk. Each step leaves a checkpoint;
    `context.start` says whether those of an unfinished run are gone on with.
    """
    logbook = Logbook(config, context, store.checkpoints_of(context.db))
    with store.run_lock(context.db, context.wait_seconds), failures_recorded(logbook):
        store.check_can_publish(context.db, context.wait_seconds)
        with opened(config, context, logbook.checkpoints) as begun:
            if begun.done is not None:
                return begun.done
            logbook.context = begun.context
            return _work(with_spill(config, logbook.checkpoints), begun.keys, logbook)


def _work(config: PipelineConfig, keys: Keys, logbook: Logbook) -> RunResult:
    """The steps, in order. What a step gives is worked out once, however often the run is stopped and gone on with."""
    context, once = logbook.context, logbook.once
    with logbook.step("policy"):
        policy = logbook.policy = load_policy(config.policy)
        policy = policy.on(context.as_of)
        policy.ranking.check_seed(context.seed)
        poverty_model(config, policy)  # what is wrong with it is told before hours of linking

    with logbook.step("intake"):
        regions = load_regions(config.regions)
        rules = RuleContext(context.as_of, config.districts, regions)
        taken = once("ppse", keys.ppse, Intake, partial(take_in_ppse, config, rules))
        register = None if config.dtsen.registry is None else snapshot.open_register(config.dtsen.registry)
        if register is None:
            files = once("dtsen", keys.dtsen, tuple[Partition, Partition], partial(intake_dtsen, config.dtsen, rules))
            taken = replace(taken, families=files[0], persons=files[1])
        logbook.inputs = describe_inputs(taken) + (() if register is None else snapshot.inputs_of(register))
        check_unchanged(taken, keys)
        check_rejected_share(taken, config.limits)

    with logbook.step("linkage"):
        memory = memory_of(config, keys, logbook.checkpoints)
        work = partial(linked, config, taken, register, logbook.advance, keys.decided, memory)
        found = once("linkage", keys.linkage, Linked, work)
        check_model_drift(found.links.summary, config.limits)

    with logbook.step("assessment"):
        told = once(
            "told", keys.assessment, Told, partial(told_besides, config, context, taken, register, found, policy)
        )
        given = assessment_inputs(config, taken, found, told)
        assessment = once("assessment", keys.assessment, Assessment, partial(assess, given, policy, context.as_of))
        check_all_assessed(taken.households.accepted, assessment.household)

    with logbook.step("ranking"):
        overrides = store.overrides_in_force(context.db, context.as_of)
        logbook.input_key = keys.ranking(context.seed, overrides)
        candidate = once(
            "ranking", logbook.input_key, pl.DataFrame, partial(rank, assessment, policy, context.seed, overrides)
        )
        check_all_listed(assessment.household, candidate)

    logbook.counts = count(taken, found.links, assessment.household, candidate) | {
        "assumptions": policy.assumptions,
        "retention": {str(table): days for table, days in config.retention.items()},
        "not_evaluated": list(assessment.not_evaluated),
        "prior": None if told.prior is None else told.prior.counts,
        "poverty_model": None if told.by_model is None else told.by_model.about,
        "deprivation": assessment.deprivation,
        "members_refused": assessment.members_refused,
        "code_lists": {"ppse": given.ppse_code_lists, "dtsen": given.dtsen_code_lists},
        "usual": None if assessment.usual is None else asdict(assessment.usual),
        **summary(assessment.household, candidate, policy, context.seed, committed=config.seed_commit is not None),
    }
    logbook.counts["shift"] = shift_since_last_run(config, context, logbook.counts, candidate)
    answered = check_shift(logbook.counts["shift"], config.limits, context)
    household = with_region_names(taken.households.accepted, regions)

    with logbook.step("publishing"):
        tables = {
            Table.VALIDATION_ISSUE: pl.concat([part.issues for part in taken.partitions]),
            Table.REJECTED_ROW: pl.concat([part.rejected for part in taken.partitions]),
            Table.HOUSEHOLD: household,
            Table.PERSON: taken.members.accepted,
            Table.PERSON_LINK: found.links.person_link,
            Table.HOUSEHOLD_LINK: found.links.household_link,
            Table.REVIEW_PAIR: found.links.review_pair,
            Table.ASSESSMENT: assessment.household,
            Table.CANDIDATE: candidate,
            **evidence(given, policy),
        }
        store.publish(context.db, logbook.record(), tables, max(LOCK_WAIT_SECONDS, context.wait_seconds), answered)

    return logbook.result(found.links.model)


def forecast(config: PipelineConfig, context: RunContext) -> Forecast:
    """The input files opened and counted, the policy checked, what a run would take judged by them; nothing written."""
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
    return by_rates(inputs, config) if last is None else by_last_run(inputs, last)


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


@dataclass(frozen=True)
class Linked:
    """The links, and the DTSEN rows that they may name."""

    links: RegisterLinks
    dtsen: DtsenRows


def linked(
    config: PipelineConfig,
    taken: Intake,
    register: Snapshot | None,
    progress: Progress,
    decided: pl.DataFrame,
    memory: Memory | None = None,
) -> Linked:
    """The links as persons decided and the model found them, and the DTSEN rows they name.

    Those are all accepted rows of the files; of a snapshot only the rows that are named.
    """
    households, members = taken.households.accepted, taken.members.accepted
    if register is not None:
        links, near = snapshot.link_to_register(
            households, members, register, config.linkage, progress, decided, memory
        )
        return Linked(links, DtsenRows(near.families, near.persons, register.manifest.code_lists or DTSEN_2025))
    parts = taken.by_contract
    families, persons = parts["dtsen-family"].accepted, parts["dtsen-person"].accepted
    links = link_register(households, members, families, persons, config.linkage, progress, decided, memory)
    return Linked(links, DtsenRows(families, persons, config.dtsen.files[0].code_lists or DTSEN_2025))


def poverty_model(config: PipelineConfig, policy: Policy) -> ProxyModel | None:
    """The policy's proxy means test, looked through; None if it names none."""
    if policy.poverty.model is None:
        return None
    model = load_model(config.policy.parent / policy.poverty.model)
    poverty.check_codes(model)
    return model


def told_by_model(
    config: PipelineConfig, taken: Intake, dtsen: DtsenRows, register: Snapshot | None, policy: Policy
) -> poverty.Told | None:
    """p_poor and p_extreme of the policy's proxy means test, None without one.

    The official rates are of all inhabitants: so all families of the register tell how far the model is off them.
    """
    model = poverty_model(config, policy)
    if model is None or policy.poverty.model is None:
        return None
    families = dtsen.families
    if register is not None and policy.poverty.calibrated_over == "register":
        families = snapshot.families_of(register, config.districts, [*model.needed, *poverty.OF_FAMILY])
    households = poverty.Pool(taken.households.accepted, config.ppse.households.code_lists or REGSOSEK_2022K)
    told = poverty.probabilities(model, households, poverty.Pool(families, dtsen.code_lists), policy.poverty)
    return replace(told, about={"sha256": sha256_of(config.policy.parent / policy.poverty.model), **told.about})


@dataclass(frozen=True)
class Told:
    """What is known of the pool besides its files and links: earlier participants, what a proxy means test says."""

    prior: PriorMatches | None
    by_model: poverty.Told | None


def told_besides(
    config: PipelineConfig, context: RunContext, taken: Intake, register: Snapshot | None, found: Linked, policy: Policy
) -> Told:
    """Earlier participants matched, poverty predicted, as far as the pipeline file and the policy ask for it."""
    prior = earlier_participants(config, context, taken)
    return Told(prior, told_by_model(config, taken, found.dtsen, register, policy))


def assessment_inputs(config: PipelineConfig, taken: Intake, found: Linked, told: Told) -> AssessmentInputs:
    """What assessing is given; code lists that the pipeline file does not name are those of each source's contract."""
    return AssessmentInputs(
        households=taken.households.accepted,
        members=taken.members.accepted,
        families=found.dtsen.families,
        persons=found.dtsen.persons,
        household_link=found.links.household_link,
        person_link=found.links.person_link,
        ppse_code_lists=config.ppse.households.code_lists or REGSOSEK_2022K,
        dtsen_code_lists=found.dtsen.code_lists,
        prior_recipients=None if told.prior is None else told.prior.found,
        by_model=None if told.by_model is None else told.by_model.household,
        model_period=None if told.by_model is None else told.by_model.about["period"],
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
