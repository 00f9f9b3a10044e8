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


def test_columns_give_way_where_they_are_wide_and_no_edge_is_cut_off(capsys, monkeypatch):
    monkeypatch.setattr(output, "console", Console(width=60, highlight=False))
    cells = ("PPSE-0000334-01", "A. B. C.", "DTSEN-00003693-01", "exact, weight 28.0, probability 1.000")
    output.print_table("t", ["member", "name", "DTSEN person", "evidence"], [cells])
    lines = [line for line in capsys.readouterr().out.splitlines() if line[:1] in "│┃"]
    assert [line for line in lines if len(line) > 60 or line[-1] not in "│┃"] == []
    assert {"PPSE-0000334-01", "DTSEN-00003693-01", "probability"} <= set(" ".join(lines).split())
