"""The policy's own tests: they pass, they leave nothing untried, and a wrong one fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from targeting.cli.main import app
from targeting.contracts.policy_cases import cases_beside, load_cases
from targeting.contracts.policy_file import load_policy
from targeting.eligibility import rehearse, untried
from targeting.errors import UsageError

POLICY = Path(__file__).parents[3] / "pipelines" / "policy" / "wub-ppse-2026.yaml"
CASES = """as_of: 2026-06-01
tests:
  - name: made up
    family: {desil_nasional: 3}
    expect: {EXPECT}
"""


def written(folder: Path, expect: str, *replacements: tuple[str, str]) -> Path:
    text = CASES.replace("EXPECT", expect)
    for right, wrong in replacements:
        text = text.replace(right, wrong)
    path = folder / "cases.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_policy_passes_its_tests_and_nothing_is_untried() -> None:
    policy = load_policy(POLICY)
    found = rehearse(load_cases(cases_beside(POLICY)), policy)
    assert [(one.name, one.differs) for one in found if one.differs] == []
    assert untried(found, policy) == []


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ("gates: {D01: PASS}", "D01 is FAIL, not PASS"),
        ("outcome: VERIFY", "the household is FAIL, not VERIFY"),
        ("nominee: 2", "member 1 is nominated, not 2"),
    ],
)
def test_what_comes_out_otherwise_is_told_and_ends_with_13(expect: str, said: str, tmp_path: Path) -> None:
    path = written(tmp_path, expect)
    done = CliRunner().invoke(app, ["policy", "test", str(POLICY), "--tests", str(path), "--json"])
    document = json.loads(done.stdout)
    assert (done.exit_code, said in " ".join(document["failed"][0]["differs"])) == (13, True)
    assert "U01" in document["untried"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("desil_nasional: 3", "desil: 3"), "test 'made up': desil is no column of dtsen-family"),
        (("desil_nasional: 3", "status_dtsen: X, id_bb_utama: batu"), "'batu' is no meaning of id_bb_utama"),
    ],
)
def test_a_test_that_names_what_no_contract_has_is_an_error(wrong: tuple[str, str], said: str, tmp_path: Path) -> None:
    cases = load_cases(written(tmp_path, "outcome: PASS", wrong))
    with pytest.raises(UsageError, match=said):
        rehearse(cases, load_policy(POLICY))


def test_an_unknown_key_of_a_test_file_is_told_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "outcome: PASS", ("family:", "famili:"))
    with pytest.raises(UsageError, match=r"cases\.yaml:4: .*unknown key\. Did you mean 'family'"):
        load_cases(path)


def test_a_policy_without_tests_says_where_they_belong(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(POLICY.read_text(encoding="utf-8"), encoding="utf-8")
    done = CliRunner().invoke(app, ["policy", "test", str(path)])
    assert isinstance(done.exception, UsageError)
    assert "p.tests.yaml" in str(done.exception)
