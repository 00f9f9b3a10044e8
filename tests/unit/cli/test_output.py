"""Tables on a narrow screen."""

from __future__ import annotations

from rich.console import Console

from targeting.cli import output


def test_a_column_that_is_to_stay_whole_does_not_fold(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "50")
    run_id = "20261124T081343Z-87f139"
    output.print_table("Runs", ["run", "status"], [(run_id, "failed: TooManyRejectedError, and more")], whole=(0,))
    assert run_id in capsys.readouterr().out


def test_words_do_not_break_where_there_is_room_for_them(capsys, monkeypatch):
    monkeypatch.setattr(output, "console", Console(width=40, highlight=False))
    output.print_table("t", ["operator", "reason"], [("root", "a long reason that takes several lines")])
    assert "operator" in capsys.readouterr().out
    output.print_table("t", ["a heading", "b"], [("probability", "one two three four five six seven eight")])
    assert "probability" in capsys.readouterr().out
    output.print_table("t", ["x" * 30, "y" * 30], [("1", "2")])
    assert all(len(line) <= 40 for line in capsys.readouterr().out.splitlines())
