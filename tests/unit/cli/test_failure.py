"""What a machine reads on stdout of a command that failed."""

from __future__ import annotations

import json
import sys

import pytest

from targeting.cli import main


def test_a_command_line_that_cannot_be_read_is_a_document_too(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["targeting", "runs", "--nonsense", "--json"])
    with pytest.raises(SystemExit):
        main.main()
    out, err = capsys.readouterr()
    assert ({"error": "UsageError", "exit_code": 2} | json.loads(out), "--nonsense" in err) == (json.loads(out), True)


@pytest.mark.parametrize(("arguments", "told"), [(["--json"], True), ([], False), (["--json", "--quiet"], False)])
def test_an_error_is_a_document_for_whoever_asked_for_documents(arguments, told, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["targeting", "run", "absent.yaml", *arguments])
    with pytest.raises(SystemExit) as ended:
        main.main()
    out, err = capsys.readouterr()
    assert err.startswith("error: absent.yaml")
    if "--quiet" in arguments:
        assert json.loads(out)["status"] == "failed"
    elif told:
        assert json.loads(out) == {
            "error": "UsageError",
            "message": err.removeprefix("error: ").strip(),
            "exit_code": ended.value.code,
        }
    else:
        assert out == ""
