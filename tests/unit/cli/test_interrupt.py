"""A command that is stopped ends with its own exit code, wherever Ctrl-C or SIGTERM meets it."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

PROGRAM = """
import os, sys
from targeting.cli.interrupt import interruptible
from targeting.errors import RunInterruptedError
try:
    with interruptible("nothing was done"):
        exec("os.kill(os.getpid(), {number}); [None for _ in range(10_000_000)]")
except RunInterruptedError as error:
    print(error)
    sys.exit(error.exit_code)
"""


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopped_while_a_text_is_executed_as_when_a_module_with_dataclasses_is_imported(stop, tmp_path):
    (tmp_path / "stopped.py").write_text(PROGRAM.format(number=int(stop)), encoding="utf-8")
    command = [sys.executable, "-m", "stopped"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (15, "stopped; nothing was done.\n")


UNHEARD = """
import os, signal, sys
import targeting.cli.runs
from targeting.cli.main import main

def stopped() -> None:
    os.kill(os.getpid(), signal.SIGINT)
    [None for _ in range(10_000_000)]

targeting.cli.runs.runs = stopped
sys.argv = ["targeting", "runs"]
main()
"""


def test_ctrl_c_that_no_command_listens_to_ends_with_the_same_code():
    done = subprocess.run([sys.executable, "-c", UNHEARD], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (15, "", "stopped; nothing was published\n")
