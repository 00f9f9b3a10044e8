"""`targeting policy test`: a policy tried on the households that were written for its boundaries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from targeting.cli.options import AsJson, Lang
from targeting.cli.output import console, log, print_json, print_table
from targeting.contracts.policy_cases import cases_beside, load_cases
from targeting.contracts.policy_file import load_policy
from targeting.eligibility import rehearse, untried
from targeting.errors import PolicyError, UsageError
from targeting.report.labels import Language, label


def try_out(
    file: Annotated[Path, typer.Argument(help="Policy file (YAML).", show_default=False)],
    tests: Annotated[
        Path | None, typer.Option("--tests", help="Test file; without it POLICY.tests.yaml beside POLICY.yaml.")
    ] = None,
    lang: Lang = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Try a policy on made-up households, one a boundary, and say what came out otherwise and what is untried.

    Ends with 13 if a test fails. Example: targeting policy test pipelines/policy/wub-ppse-2026.yaml
    """
    policy = load_policy(file)
    path = tests or cases_beside(file)
    if tests is None and not path.exists():
        raise UsageError(
            f"{path} does not exist. Write the tests of the policy there, or name another file with --tests."
        )
    found = rehearse(load_cases(path), policy)
    failed, missing = [one for one in found if one.differs], untried(found, policy)
    if as_json:
        print_json(
            {
                "policy": policy.name,
                "tests": len(found),
                "failed": [{"name": one.name, "differs": list(one.differs)} for one in failed],
                "untried": missing,
            }
        )
    else:
        if failed:
            rows = [(one.name, "; ".join(one.differs)) for one in failed]
            print_table(label("tests_failed", lang), [label("test", lang), label("differs", lang)], list(rows))
        passed = len(found) - len(failed)
        console.print(
            f"{policy.name}: {passed} {label('passed', lang)}, {len(failed)} {label('tests_failed', lang).lower()}",
            markup=False,
        )
        if missing:
            log.print(f"{label('untried', lang)}: {', '.join(missing)}", markup=False, soft_wrap=True)
    if failed:
        raise typer.Exit(PolicyError.exit_code)
