"""The commands of docs/scale.md that need Spark: a link by spark-submit and one by Spark Connect, on this machine."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl
import pytest

pytestmark = [pytest.mark.spark, pytest.mark.slow]
PAGE = Path(__file__).parents[3] / "docs" / "scale.md"
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
SUBMIT = next((block for block in BLOCKS if "spark-submit" in block), "")
CONNECT = next((block for block in BLOCKS if "start-connect-server" in block), "")
PATIENCE_SECONDS = 180


@pytest.fixture
def here(typist: Any, made_by_hand: Any, monkeypatch: pytest.MonkeyPatch, spark_home: Path) -> Iterator[Any]:
    """The page's reader, whose Spark is that of this environment, works on this machine, and is stopped at the end."""
    made_by_hand["province-34.parquet"](typist.folder)
    told = {
        "SPARK_HOME": spark_home,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_PID_DIR": typist.folder,
        "SPARK_LOG_DIR": typist.folder / "log",
        "PYSPARK_PYTHON": sys.executable,
    }
    for name, value in told.items():
        monkeypatch.setenv(name, str(value))
    yield typist
    subprocess.run([spark_home / "sbin" / "stop-connect-server.sh"], check=False, capture_output=True)


def on_this_machine(block: str) -> str:
    """The lines with this machine for the cluster that they name."""
    assert "spark://host:7077" in block
    return block.replace("spark://host:7077", "'local[2]'").replace("--executor-memory 8g", "--driver-memory 1g")


def links_of(folder: Path) -> int:
    """Links in the file that the page names, which is gone then."""
    path = folder / "links.parquet"
    found = pl.read_parquet(path).filter(status="link").height
    path.unlink()
    return found


def test_a_link_by_spark_submit_as_the_page_says(here: Any) -> None:
    done = here.types(on_this_machine(SUBMIT))
    assert done.returncode == 0, done.stderr[-2000:]
    assert links_of(here.folder) > 100


def test_a_link_by_spark_connect_as_the_page_says(here: Any) -> None:
    if find_spec("grpc") is None:
        pytest.skip("Spark Connect's client is not installed: pip install -c constraints.txt -e '.[dev,spark]'")
    server, link = on_this_machine(CONNECT).replace("sc://host:15002", "sc://127.0.0.1:15002").splitlines()
    started = here.types(f"{server} && true")
    assert started.returncode == 0, started.stderr
    listens("127.0.0.1", 15002)
    done = here.types(f"{link} && true")
    assert done.returncode == 0, done.stderr[-2000:]
    assert links_of(here.folder) > 100


def listens(host: str, port: int) -> None:
    """Return once somebody listens there. Raises TimeoutError."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with socket.socket() as asking:
            if asking.connect_ex((host, port)) == 0:
                return
        time.sleep(0.5)
    raise TimeoutError(f"nobody listens at {host}:{port}")
