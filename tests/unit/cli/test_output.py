"""Tables on a narrow screen."""

from __future__ import annotations

from targeting.cli import output


def test_a_column_that_is_to_stay_whole_does_not_fold(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "50")
    run_id = "20261124T081343Z-87f139"
    output.print_table("Runs", ["run", "status"], [(run_id, "failed: TooManyRejectedError, and more")], whole=(0,))
    assert run_id in capsys.readouterr().out
