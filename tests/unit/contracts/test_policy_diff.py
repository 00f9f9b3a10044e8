"""What a new policy changes, and from when."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from targeting.cli.main import app
from targeting.contracts.policy_diff import Change, changes
from targeting.contracts.policy_file import load_policy

POLICY = Path(__file__).parents[3] / "pipelines" / "policy" / "wub-ppse-2026.yaml"
BEGINS = date(2025, 11, 1)


def changed(folder: Path, *replacements: tuple[str, str]) -> list[Change]:
    """What replacing text in the shipped policy changes."""
    text = POLICY.read_text(encoding="utf-8")
    for right, wrong in replacements:
        assert right in text
        text = text.replace(right, wrong, 1)
    path = folder / "new.yaml"
    path.write_text(text, encoding="utf-8")
    return changes(load_policy(POLICY), load_policy(path))


def told(found: list[Change]) -> list[tuple[object, ...]]:
    return [(one.path, one.kind, one.before, one.after, one.since) for one in found]


def test_nothing_changes_against_itself() -> None:
    assert changes(load_policy(POLICY), load_policy(POLICY)) == []


def test_a_value_changes_from_its_day_and_back_after_its_last(tmp_path: Path) -> None:
    dated = "    unit: decile\n    values_by_date: {2026-07-01: {value: 3, to: 2026-07-31}, 2026-10-01: 1}\n"
    expected = [
        ("parameters.desil_max", "changed", 2, 3, date(2026, 7, 1)),
        ("parameters.desil_max", "changed", 2, 1, date(2026, 10, 1)),
    ]
    assert expected == told(changed(tmp_path, ("    unit: decile\n", dated)))


def test_values_of_a_table_are_told_one_by_one(tmp_path: Path) -> None:
    found = changed(tmp_path, ('{"34.04": 25, "35.07": 25}', '{"34.04": 50}'))
    expected = [
        ("quotas.seats.34.04", "changed", 25, 50, BEGINS),
        ("quotas.seats.35.07", "removed", 25, None, BEGINS),
    ]
    assert expected == told(found)
    assert {one.unit for one in found} == {"seats"}


def test_a_gate_that_moves_changes_nothing_and_one_that_is_altered_is_named(tmp_path: Path) -> None:
    text = POLICY.read_text(encoding="utf-8")
    gate = text[text.index("  - id: P02") : text.index("  - id: T01")]
    assert changed(tmp_path, (gate, ""), ("  - id: D01", f"{gate}  - id: D01")) == []
    found = changed(tmp_path, ("    args: [masih_sekolah]\n", "    args: [masih_sekolah]\n    otherwise: VERIFY\n"))
    assert told(found) == [("gates.P02.otherwise", "changed", "FAIL", "VERIFY", BEGINS)]


def test_a_source_that_becomes_law_is_a_change(tmp_path: Path) -> None:
    said = "title: \"Pilot default; regencies call desil 1-2 'miskin ekstrem'\", status: assumption"
    [one] = changed(tmp_path, (said, "instrument: SK 1/2026, article: Pasal 2, status: cited"))
    assert (one.path, str(one.after)) == ("parameters.desil_max.source", "cited: SK 1/2026, Pasal 2")


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_command_says_it_in_words_and_in_json(language: str, tmp_path: Path) -> None:
    path = tmp_path / "new.yaml"
    path.write_text(POLICY.read_text(encoding="utf-8").replace("value: 18", "value: 20", 1), encoding="utf-8")
    shown = CliRunner().invoke(app, ["policy", "diff", str(POLICY), str(path), "--lang", language])
    assert "18 -> 20 years" in shown.stdout
    document = json.loads(CliRunner().invoke(app, ["policy", "diff", str(POLICY), str(path), "--json"]).stdout)
    [change] = document["changes"]
    assert (change["path"], change["since"]) == ("parameters.age_min", "2025-11-01")
    assert change["in_words"][language] == "18 -> 20 years"
