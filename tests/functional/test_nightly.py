"""Runs of every night: gone on with where they stopped, refused when the list jumps, ended when nothing changed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import signal
import stat
from datetime import UTC, datetime
from typing import Any

import duckdb
import polars as pl

from targeting import pipeline, store
from targeting.cli import ledger
from targeting.cli import run as run_command
from targeting.store.erasure import erase
from targeting.store.pseudonym import PseudonymKey

STEPS = ["ppse", "dtsen", "linkage", "told", "assessment", "ranking"]


def test_a_run_of_the_same_inputs_ends_at_once_and_leaves_nothing(job):
    before = sorted(path.name for path in job.folder.iterdir())
    code, told = job.run("--if-changed", "--log", str(job.folder / "log.jsonl"))
    assert (code, told["status"], told["run_id"]) == (0, "unchanged", job.one("SELECT run_id FROM latest_run"))
    assert job.one("SELECT count(*) FROM run") == 1
    events = [json.loads(line) for line in (job.folder / "log.jsonl").read_text().splitlines()]
    assert ["run_begins", "run_ends"] == [one["event"] for one in events]
    assert stat.S_IMODE((job.folder / "log.jsonl").stat().st_mode) == 0o600
    (job.folder / "log.jsonl").unlink()
    assert before == sorted(path.name for path in job.folder.iterdir())


def test_a_stopped_run_goes_on_behind_its_checkpoints_and_a_damaged_one_is_done_again(job, monkeypatch):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    reference = job.list_of(job.one("SELECT run_id FROM latest_run"))
    with monkeypatch.context() as patch:
        patch.setattr(store, "publish", stop)
        code, told = job.run()
    assert (code, told["status"]) == (15, "interrupted")
    assert "--resume goes on behind what is done (assessment, dtsen, linkage, ppse, ranking, told)" in told["message"]
    work = job.folder / "t.duckdb.work"
    assert {stat.S_IMODE(path.stat().st_mode) for path in work.rglob("*")} == {0o700, 0o600}
    [damaged] = work.glob("linkage-*/0.parquet")
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"\0")

    code, told = job.run("--resume")
    assert (code, told["status"]) == (0, "published")
    assert told["resumed"] == [step for step in STEPS if step != "linkage"]
    assert job.list_of(told["run_id"]) == reference
    assert not work.exists()
    assert job.one("SELECT count(*) FROM run") == 2


def test_a_stop_that_a_library_turns_into_an_error_of_its_own_is_a_stop(job, monkeypatch):
    def swallowed(*_: object) -> None:
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        raise duckdb.InvalidInputException("no open result")

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "assess", swallowed)
        code, told = job.run()
    assert (code, told["status"], "--resume goes on" in told["message"]) == (15, "interrupted", True)
    monkeypatch.setattr(pipeline, "assess", lambda *_: {}["defect"])
    assert job.run()[1]["status"] == "failed"  # and is not thought to be one ever after


def test_a_list_that_jumps_is_refused_until_somebody_answers_for_it(job, monkeypatch):
    """Half of the households are withdrawn, and the clock is set back at that."""
    kept = pl.read_csv(job.folder / "ppse_household.csv", infer_schema=False).head(30)
    kept.write_csv(job.folder / "ppse_household.csv")
    members = pl.read_csv(job.folder / "ppse_member.csv", infer_schema=False)
    members.join(kept, on="household_id", how="semi").write_csv(job.folder / "ppse_member.csv")
    first = job.one("SELECT run_id FROM latest_run")
    monkeypatch.setattr(run_command, "now", lambda: datetime(2020, 1, 1, tzinfo=UTC))
    code, told = job.run()
    assert (code, told["status"]) == (11, "refused")
    assert "max_selection_shift" in told["message"]
    assert job.one("SELECT run_id FROM latest_run") == first
    assert job.one("SELECT error_class FROM run WHERE status = 'refused'") == "LimitError"

    answer = ("--answer-shift", "half of the pool was withdrawn", "--operator", "Bu Ani")
    code, told = job.run("--resume", *answer)
    assert (code, told["status"], told["resumed"]) == (0, "published", STEPS)
    assert told["shift"]["answered"] == "half of the pool was withdrawn"
    [event] = [one for one in store.events_of(job.db) if one["action"] == "answer"]
    assert (event["operator"], event["purpose"], event["run_id"]) == ("Bu Ani", answer[1], told["run_id"])
    assert event["detail"]["limits"]["max_selection_shift"] == 0.3 < event["detail"]["selection_shift"]
    # The later run is the latest though the clock says otherwise; who was withdrawn is off the list and in history.
    assert job.one("SELECT run_id FROM latest_run") == told["run_id"] < first
    assert job.one("SELECT count(*) FROM latest_candidate") == 30
    assert job.one(f"SELECT count(*) FROM candidate WHERE run_id = '{first}'") == 60
    changed = f"""
        SELECT count(*) FROM person_link AS own JOIN person_link AS before USING (person_id, dtsen_person_id)
        WHERE own.run_id = '{told["run_id"]}' AND before.run_id = '{first}'"""
    assert job.one(changed) > 0


def test_a_register_and_scored_pairs_are_kept_and_a_model_is_kept_as_a_file(job):
    config = (job.folder / "run.yaml").read_text(encoding="utf-8")
    keeping = config.replace("policy:", "  keep: true\npolicy:")
    (job.folder / "run.yaml").write_text(keeping, encoding="utf-8")
    code, told = job.run("--save-model", str(job.folder / "model.json"))
    assert (code, told["resumed"]) == (0, [])
    assert [path.name.partition("-")[0] for path in (job.folder / "t.duckdb.work").iterdir()] == ["dtsen"]
    first = job.list_of(told["run_id"])

    frozen = keeping + "linkage: {model: model.json, keep: true}\n"
    (job.folder / "run.yaml").write_text(frozen, encoding="utf-8")
    code, told = job.run()
    assert (code, told["resumed"], job.list_of(told["run_id"])) == (0, ["dtsen"], first)
    model = hashlib.sha256((job.folder / "model.json").read_bytes()).hexdigest()
    assert job.one("SELECT list(model_sha256 ORDER BY sequence) FROM run")[-2:] == [None, model]
    kept = sorted(path.name.partition("-")[0] for path in (job.folder / "t.duckdb.work").iterdir())
    assert kept == ["dtsen", "pairs"]

    members = pl.read_csv(job.folder / "ppse_member.csv", infer_schema=False)
    nth = pl.int_range(pl.len())
    name = pl.when(nth % 40 == 0).then(pl.col("nama").str.replace("A", "E")).otherwise("nama")
    members.with_columns(nama=name).write_csv(job.folder / "ppse_member.csv")
    (code, remembered), (again, whole) = job.run(), job.run("--fresh")
    assert (code, again, remembered["resumed"], whole["resumed"]) == (0, 0, ["dtsen"], [])
    assert job.list_of(remembered["run_id"]) == job.list_of(whole["run_id"])
    for table in ("person_link", "household_link", "review_pair", "candidate"):
        rows_of = f"SELECT * EXCLUDE (run_id) FROM {table} WHERE run_id = '{{}}'"
        one, other = (rows_of.format(told["run_id"]) for told in (remembered, whole))
        assert job.one(f"SELECT count(*) FROM (({one} EXCEPT {other}) UNION ALL ({other} EXCEPT {one}))") == 0


def test_a_file_that_changes_while_it_is_read_stops_the_run(job, monkeypatch):
    from targeting.intake import take_in_ppse  # noqa: PLC0415

    def changed_first(config: Any, rules: Any) -> Any:
        path = job.folder / "ppse_member.csv"
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        return take_in_ppse(config, rules)

    monkeypatch.setattr(pipeline, "take_in_ppse", changed_first)
    code, told = job.run()
    assert (code, "changed while the run was reading it" in told["message"]) == (10, True)


def test_a_lists_folder_that_cannot_be_written_is_told_before_the_work(job):
    code, told = job.run("--out", "/proc/lists")
    assert (code, told["status"], "--out" in told["message"]) == (2, "failed", True)


def test_whoever_was_erased_and_stands_in_the_inputs_still_is_on_no_list_of_a_run(job, monkeypatch, capsys):
    monkeypatch.setenv("TARGETING_PSEUDONYM_KEY", "ab" * 32)
    key = PseudonymKey(bytes.fromhex("ab" * 32))
    nik = job.one("SELECT nik FROM person JOIN candidate ON nominee_person_id = person_id AND status = 'selected'")
    event = store.AuditEvent("-", datetime(2026, 11, 25, tzinfo=UTC), store.Action.ERASE, "Ani", "permohonan nomor 7")
    erase(job.db, nik, key, event)
    code, told = job.run()
    assert (code, job.one(f"SELECT count(*) FROM person WHERE nik = '{nik}'")) == (0, 0)
    assert job.one("SELECT count(*) FROM person JOIN latest_run USING (run_id) WHERE person_id = 'E-0001-1'") == 1
    assert key.of(nik).encode() not in job.list_of(told["run_id"])
    monkeypatch.setenv("TARGETING_PSEUDONYM_KEY", "")
    assert ledger.held_to_ledger(job.db, "Ani", ledger.TAKEN_IN, "the input files", beside=False) == []
    assert "the input files may hold them again" in capsys.readouterr().err


def test_a_pseudonym_key_that_cannot_be_read_is_told_before_the_work(job, monkeypatch):
    monkeypatch.delenv("TARGETING_PSEUDONYM_KEY")
    monkeypatch.setenv("TARGETING_PSEUDONYM_KEY_FILE", str(job.folder / "absent.key"))
    code, told = job.run()
    assert (code, "absent.key cannot be read" in told["message"], job.one("SELECT count(*) FROM run")) == (10, True, 1)
