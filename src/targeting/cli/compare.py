"""targeting simulate, diff, sensitivity: lists beside lists, each made again from what the store keeps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from targeting import store
from targeting.cli.key import pseudonym_key
from targeting.cli.options import A_RUN, DEFAULT_STORE, AsJson, Lang, RunId, RunOption, StoreFile
from targeting.cli.output import console, log, print_json, print_table
from targeting.cli.tables import check_file
from targeting.cli.words import reason_words
from targeting.contracts.policy_file import load_policy
from targeting.report.labels import Language, label
from targeting.report.sections import Section
from targeting.store.export.files import write_text


def simulate(
    policy_a: Annotated[Path, typer.Argument(metavar="POLICY_A", help="Policy file.", show_default=False)],
    policy_b: Annotated[Path, typer.Argument(metavar="POLICY_B", help="Policy file.", show_default=False)],
    *,
    run: RunOption = None,
    db: StoreFile = DEFAULT_STORE,
    lang: Lang = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Make two lists of a run's households, by two policies, and say whose seats change hands and by which rules.

    Links, decisions by persons and the seed of the lottery are those of the run; nothing is written. In the example
    draft.yaml is a copy of the first file with a limit changed.

    Example: targeting simulate pipelines/policy/wub-ppse-2026.yaml draft.yaml
    """
    from targeting.proof.replay import pool_of  # noqa: PLC0415  (numpy, for these commands only)
    from targeting.proof.simulate import simulate as simulated  # noqa: PLC0415

    first, second = load_policy(policy_a), load_policy(policy_b)
    found = _masked(simulated(pool_of(store.evidence(db, run)), first, second))
    if as_json:
        _json(found, lang)
        return
    from targeting.report.proof_sections import simulation_sections  # noqa: PLC0415

    _show(simulation_sections(found, reason_words(lang), lang), lang)


def diff(
    run_1: Annotated[str, typer.Argument(metavar="RUN1", help=A_RUN, show_default=False)],
    run_2: Annotated[str, typer.Argument(metavar="RUN2", help=A_RUN, show_default=False)],
    *,
    db: StoreFile = DEFAULT_STORE,
    lang: Lang = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Say who came and who went between two runs, and whether data, register, link, policy, model, quota, override,
    date or seed did it: each is exchanged by itself and the lists are made again.

    Example: targeting diff previous latest
    """
    from targeting.proof.difference import difference  # noqa: PLC0415  (numpy, for these commands only)
    from targeting.proof.replay import pool_of  # noqa: PLC0415

    first, second = (pool_of(store.evidence(db, one)) for one in (run_1, run_2))
    found = _masked(difference(first, second))
    if as_json:
        _json(found, lang)
        return
    from targeting.report.proof_sections import difference_sections  # noqa: PLC0415
    from targeting.report.proof_words import word  # noqa: PLC0415

    _show(difference_sections(found, lang), lang)
    if not all(found["reproduced"]):
        log.print(word("runs_not_reproduced", lang), markup=False, soft_wrap=True)


def sensitivity(
    run: RunId = None,
    *,
    out: Annotated[Path | None, typer.Option("--out", help="SVG file for the tornado.")] = None,
    db: StoreFile = DEFAULT_STORE,
    lang: Lang = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Count the seats that change hands when one decided number is another one: deciles 1 to 4, ages, weights,
    thresholds, reserves. Each step is judged and ranked anew.

    Example: targeting sensitivity --out tornado.svg
    """
    from targeting.proof.replay import pool_of  # noqa: PLC0415  (numpy, for these commands only)
    from targeting.proof.sensitivity import sensitivity as moved  # noqa: PLC0415
    from targeting.report.proof_sections import sensitivity_sections  # noqa: PLC0415

    if out is not None:
        check_file(out, "--out")
    found = moved(pool_of(store.evidence(db, run)))
    if out is not None:
        from targeting.report.tornado import drawing  # noqa: PLC0415  (the charts' library takes a second to load)

        write_text(out, drawing(found["steps"], lang))
    if as_json:
        _json(found, lang)
        return
    _show(sensitivity_sections(found, lang), lang)
    if out is not None:
        console.print(str(out), markup=False, soft_wrap=True)


def _masked(found: dict[str, Any]) -> dict[str, Any]:
    """The comparison with no identity number in a household id."""
    key = pseudonym_key()
    moves = [
        row | {"household_id": store.mask_record({"household_id": row["household_id"]}, key)["household_id"]}
        for row in found["moves"]
    ]
    return found | {"moves": moves}


def _json(found: dict[str, Any], lang: Language) -> None:
    print_json(found | {"note": label("disclaimer", lang)})


def _show(sections: Sequence[Section], lang: Language) -> None:
    """Tables, and what all of it is."""
    for section in sections:
        print_table(section.title, list(section.columns), list(section.rows), section.right)
    console.print(label("disclaimer", lang), style="bold", markup=False)
