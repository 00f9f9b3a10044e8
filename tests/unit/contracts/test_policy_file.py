from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from targeting.cli.main import app
from targeting.contracts.policy_file import load_policy, read_policy
from targeting.errors import PolicyError

POLICY = Path(__file__).parents[3] / "pipelines" / "policy" / "wub-ppse-2026.yaml"

MISTAKES: list[Any] = [
    ("version: 1.0.0", "version: 1.0.0\n  vers: 2", "unknown key. Did you mean 'version'?"),
    ("  id: wub-ppse-2026", "  id: wub-ppse-2026\n  id: another", "the key stands twice, first on line 7"),
    ("value: 18", 'value: "18"', "should be a valid number"),
    ("value: 18", "value: !!python/int 18", "the tag"),
    ("value: 18", "value: &age 18", "anchor '&age'"),
    ("status: press}", "status: rumour}", "'cited', 'press' or 'assumption'"),
    ("    unit: decile\n", "", "Add 'unit'"),
    ("args: [desil_max]", "args: [desil_limit]", "names 'desil_limit', which is not under 'parameters'"),
    ("args: [meninggal]", "args: [wafat]", "'wafat' is no meaning of id_keberadaan_anggota"),
    ("id: W01", "id: D01", "gate D01 stands twice"),
    ('"34.04": 25', "34.04: 25", 'Write it in quotes: "34.04"'),
    ('"34.04": 25', '"34.04": 2.5', "give a whole number"),
    ("p_extreme: 0.4", "p_extreme: 0.5", "sums to 1.1, not to 1"),
    ("to: 2026-12-31", "to: 2025-01-01", "before it starts"),
    ("poverty:\n", "poverty: [\n", "yaml"),
]


@pytest.mark.parametrize(("right", "wrong", "said"), MISTAKES, ids=lambda text: str(text).strip()[:24])
def test_a_mistake_is_refused_with_file_line_and_cure(right: str, wrong: str, said: str, tmp_path: Path) -> None:
    text = POLICY.read_text(encoding="utf-8")
    assert right in text
    path = tmp_path / "policy.yaml"
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(PolicyError) as refused:
        load_policy(path)
    assert said in str(refused.value)
    line = int(str(refused.value).removeprefix(f"{path}:").split(":")[0])
    assert line >= 1
    assert 13 == refused.value.exit_code


def test_the_hash_is_of_the_file(tmp_path: Path) -> None:
    policy = load_policy(POLICY)
    expected = hashlib.sha256(POLICY.read_bytes()).hexdigest()
    assert expected == policy.sha256
    assert expected == policy.on(date(2026, 1, 1)).sha256


def test_every_number_has_a_unit_and_a_source() -> None:
    policy = load_policy(POLICY)
    assert all(number.unit and number.source.status for _, number in policy.numbers())
    assert policy.assumptions > 0


def test_a_line_without_a_period_is_doubtful_but_usable(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY.read_text(encoding="utf-8").replace("      period: 2023-03\n", "", 1), encoding="utf-8")
    read = read_policy(path)
    assert [finding.severity for finding in read.findings] == ["warning"]
    assert "period" in read.findings[0].cure


def test_a_file_that_is_not_there_is_a_policy_error(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="Give the path"):
        load_policy(tmp_path / "none.yaml")


def test_policy_check_lists_the_numbers_as_json() -> None:
    result = CliRunner().invoke(app, ["policy", "check", str(POLICY), "--json"])
    document = json.loads(result.stdout)
    assert (result.exit_code, document["usable"]) == (0, True)
    assert "parameters.desil_max" in [number["path"] for number in document["parameters"]]


def test_policy_check_of_a_bad_file_ends_with_13(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text("policy: {}\n", encoding="utf-8")
    assert CliRunner().invoke(app, ["policy", "check", str(path)]).exit_code == 13
