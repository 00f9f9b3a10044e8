"""An error that nobody foresaw is told without its text, which may quote what is in a file."""

from __future__ import annotations

import polars as pl
import pytest

from targeting.cli import defect, main
from targeting.errors import InputFileError

NIK = "3404014101900001"


def stumble() -> None:
    pl.DataFrame({"nik": [NIK + "x"]}).select(pl.col("nik").cast(pl.Int64))


def broken() -> None:
    raise OSError(5, "Input/output error", f"/data/{NIK}.csv")


def full() -> None:
    raise OSError(28, "No space left on device", f"/data/{NIK}.csv")


def refuse() -> None:
    raise InputFileError("a.csv is empty.")


def ended(monkeypatch, capsys, app) -> tuple[object, str]:
    monkeypatch.setattr(main, "app", app)
    with pytest.raises(SystemExit) as end:
        main.main()
    return end.value.code, capsys.readouterr().err


def test_an_unforeseen_error_is_one_line_that_names_its_class_and_place(monkeypatch, capsys):
    monkeypatch.delenv(defect.DEBUG, raising=False)
    code, told = ended(monkeypatch, capsys, stumble)
    assert (1, 1) == (code, told.count("\n"))
    assert told.startswith("error: polars.InvalidOperationError in targeting.cli.main:")
    assert NIK not in told


def test_of_the_operating_systems_errors_the_reason_is_told_but_not_the_file(monkeypatch, capsys):
    monkeypatch.delenv(defect.DEBUG, raising=False)
    _, told = ended(monkeypatch, capsys, broken)
    assert "OSError (Input/output error)" in told
    assert NIK not in told


def test_a_full_disk_is_no_defect_whoever_met_it(monkeypatch, capsys):
    code, told = ended(monkeypatch, capsys, full)
    assert (code, "a disk is full" in told, "defect" in told, NIK in told) == (15, True, False, False)


def test_the_traceback_is_there_for_those_who_ask_with_a_warning(monkeypatch, capsys):
    monkeypatch.setenv(defect.DEBUG, "1")
    code, told = ended(monkeypatch, capsys, stumble)
    assert (1, True, True) == (code, "may hold personal data" in told, "Traceback" in told)


def test_an_error_with_a_cure_is_told_as_it_is(monkeypatch, capsys):
    assert (10, "error: a.csv is empty.\n") == ended(monkeypatch, capsys, refuse)
