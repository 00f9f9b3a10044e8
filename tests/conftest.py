"""Shared by several folders: the shipped policy, a small pool of households to judge, and a Spark cluster."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import leak_watch
import polars as pl
import pytest
import typer.main
import typer.testing
from hypothesis import settings

from targeting.contracts.policy import Policy
from targeting.contracts.policy_file import load_policy
from targeting.eligibility import AssessmentInputs

POLICY = Path(__file__).parents[1] / "pipelines" / "policy" / "wub-ppse-2026.yaml"
AS_OF = date(2026, 1, 15)
# The same examples at every run: a change is judged by what it changes; HYPOTHESIS_PROFILE=explore looks further.
# No key of the developer's own: what is shown must not depend on who runs the tests.
os.environ["TARGETING_PSEUDONYM_KEY"] = ""
for name in ("TARGETING_STORE_KEY", "TARGETING_STORE_KEY_FILE", "TARGETING_STORE_CRYPTO"):
    os.environ.pop(name, None)
# Without a deadline: two busy cores are no reason to call a test flaky.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
# The commands are made once a process, as they are where the program is called once: that takes 60 ms, at every call.
typer.main.get_command = typer.testing._get_command = cache(typer.main.get_command)
PoolMaker = Callable[..., AssessmentInputs]

HOUSEHOLD: dict[str, Any] = {
    "kode_kabupaten_kota": "34.04",
    "id_status_keberadaan_keluarga": 1,
    "id_bb_utama": 10,
}
MEMBER: dict[str, Any] = {
    "tanggal_lahir": date(1990, 5, 5),
    "id_jenis_kelamin": 2,
    "id_keberadaan_anggota": 1,
    "id_partisipasi_sekolah": 3,
    "id_status_kedudukan_pekerjaan_utama": 1,
    "jumlah_jenis_usaha": 0,
}
FAMILY: dict[str, Any] = {
    "kode_kabupaten_kota": "34.04",
    "id_status_keberadaan_keluarga": 1,
    "status_dtsen": "DTSEN AKTIF",
    "desil_nasional": 1,
}


def pytest_configure(config: pytest.Config) -> None:
    """Every test is watched for what it gives away of the sample's people."""
    config.pluginmanager.register(leak_watch)


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The policy of the pilot, as it stands on the reference date."""
    return load_policy(POLICY).on(AS_OF)


@pytest.fixture(scope="session")
def as_of() -> date:
    """The reference date of the tests."""
    return AS_OF


@pytest.fixture(scope="session")
def pool() -> PoolMaker:
    """Makes inputs from households that are given only where they differ from one that passes every gate.

    Each household may have the keys `members` (dicts), `family` (dict or None), `p` (link probability) and any column.
    """
    return make_pool


def make_pool(households: Sequence[dict[str, Any]], prior: Sequence[str] | None = None) -> AssessmentInputs:
    """Household number n is `h001`.., its members `h001-1`.., its family `f001`.."""
    rows: dict[str, list[dict[str, Any]]] = {"household": [], "member": [], "family": [], "link": []}
    for number, given in enumerate(households, start=1):
        one = dict(given)
        members, family, probability = one.pop("members", [{}]), one.pop("family", {}), one.pop("p", 0.99)
        household_id = one.pop("household_id", f"h{number:03}")
        rows["household"].append({"household_id": household_id, "no_kk": f"{number:016}", **HOUSEHOLD, **one})
        rows["member"] += [
            {"household_id": household_id, "person_id": f"{household_id}-{place}", **MEMBER, **member}
            for place, member in enumerate(members, start=1)
        ]
        if family is not None:
            family = {"dtsen_family_id": f"f{number:03}", **FAMILY, **family}
            rows["family"].append(family)
            rows["link"].append(
                {
                    "household_id": household_id,
                    "dtsen_family_id": family["dtsen_family_id"],
                    "match_probability": probability,
                    "status": "link" if probability >= 0.9 else "review",
                }
            )
    texts = {"household_id": pl.String, "dtsen_family_id": pl.String, "match_probability": pl.Float64}
    families = pl.DataFrame(rows["family"], schema_overrides=texts, infer_schema_length=None)
    return AssessmentInputs(
        households=pl.DataFrame(rows["household"], infer_schema_length=None),
        members=pl.DataFrame(rows["member"], schema_overrides=texts, infer_schema_length=None)
        if rows["member"]
        else pl.DataFrame(schema={"household_id": pl.String, "person_id": pl.String}),
        families=families.unique("dtsen_family_id") if rows["family"] else pl.DataFrame(schema=FAMILY_IDS),
        persons=pl.DataFrame(schema={"dtsen_person_id": pl.String, "dtsen_family_id": pl.String}),
        household_link=pl.DataFrame(rows["link"], schema={**texts, "status": pl.String}),
        person_link=pl.DataFrame(
            schema={
                "person_id": pl.String,
                "dtsen_person_id": pl.String,
                "match_probability": pl.Float64,
                "status": pl.String,
            }
        ),
        prior_recipients=None if prior is None else pl.DataFrame({"person_id": prior}, schema={"person_id": pl.String}),
    )


FAMILY_IDS = {"dtsen_family_id": pl.String}


SPARK_STARTS_SECONDS = 120


@pytest.fixture(scope="session")
def spark_home() -> Path:
    """The folder of Spark's own programs; a test says so and is skipped without pyspark or a Java for it."""
    if find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed: pip install -c constraints.txt -e '.[dev,spark]'")
    import pyspark  # noqa: PLC0415  (only where it is installed)

    from targeting.errors import UsageError  # noqa: PLC0415  (only where Spark is)
    from targeting.linkage.engines.java import check_java  # noqa: PLC0415

    try:
        check_java()
    except UsageError as error:
        pytest.skip(str(error))
    return Path(pyspark.__file__).parent


@pytest.fixture(scope="session")
def spark_master(tmp_path_factory: pytest.TempPathFactory, spark_home: Path) -> Iterator[str]:
    """URL of a standalone cluster on this machine: a master and two workers of one core, processes of their own."""
    folder = tmp_path_factory.mktemp("spark")
    with ExitStack() as running:
        master_log = running.enter_context(daemon(spark_home, "master.Master", folder, "--port", "0"))
        master = told(master_log, "Starting Spark master at ").split()[0]
        for number in ("1", "2"):
            given = ("--cores", "1", "--memory", "1g", "--work-dir", str(folder / number), master)
            worker_log = running.enter_context(daemon(spark_home, "worker.Worker", folder / number, *given))
            told(worker_log, "Successfully registered with master")
        yield master


@contextmanager
def daemon(home: Path, name: str, folder: Path, *arguments: str) -> Iterator[Path]:
    """One of Spark's own processes, listening on this machine only, stopped at the end; yields its log."""
    folder.mkdir(exist_ok=True)
    log = folder / f"{name}.log"
    at = {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "300m"}
    python = {"PYSPARK_PYTHON": sys.executable}
    command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", "--host", "127.0.0.1"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--webui-port", "0", *arguments],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | at | python,
        )
    try:
        yield log
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(30)


def told(log: Path, words: str) -> str:
    """What follows the words in a log, once they stand there."""
    until = time.monotonic() + SPARK_STARTS_SECONDS
    while time.monotonic() < until:
        _, found, rest = log.read_text(encoding="utf-8", errors="replace").partition(words)
        if found and "\n" in rest:
            return rest
        time.sleep(0.1)
    raise TimeoutError(f"{log.name} does not say '{words}'. It ends: {log.read_text(errors='replace')[-500:]}")


@pytest.fixture(scope="session")
def spark_engine(spark_master: str) -> Iterator[Any]:
    """The Spark engine on that cluster."""
    from targeting.contracts.config import SparkSettings  # noqa: PLC0415
    from targeting.linkage.engines.spark import SparkEngine  # noqa: PLC0415  (needs pyspark)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        here = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
        with SparkEngine(SparkSettings(master=spark_master, memory="0.8GB", partitions=3, settings=here)) as engine:
            yield engine


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own of 300 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk of its own can be mounted here: that needs root")
    yield place
    subprocess.run(["umount", str(place)], check=True)
