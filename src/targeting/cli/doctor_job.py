"""What a nightly job needs besides the machine: its files, policy, register, store, lock, backups and space."""

from __future__ import annotations

import glob
import os
import shlex
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

from targeting import snapshot, store
from targeting.cli.findings import Finding, sized
from targeting.cli.options import followed
from targeting.contracts.config import PipelineConfig, in_bytes
from targeting.contracts.lottery import seeded
from targeting.contracts.pipeline_file import load_pipeline
from targeting.contracts.policy_file import load_policy
from targeting.contracts.policy_quotas import guessable
from targeting.errors import StoreLockedError, TargetingError
from targeting.intake import CONTRACTS, sources_of
from targeting.memory import allowed_bytes, free_bytes
from targeting.report.labels import Label
from targeting.store.at_rest import FILE, Module, State, module, state_of, store_key

OLDEST_REGISTER_DAYS = 120
"""DTSEN is cut off every three months; a month later the next one should be there."""
OLDEST_BACKUP_DAYS = 2
GROWTH = 4
"""Checkpoints, spilled pairs and new rows of a run, in times its input files."""

WORDS: Mapping[str, Label] = {
    "pipeline": Label("berkas pipeline", "pipeline file"),
    "policy": Label("kebijakan", "policy"),
    "register": Label("usia register DTSEN", "age of the DTSEN register"),
    "register_old": Label("siapkan potret DTSEN yang lebih baru", "build a snapshot of a newer DTSEN"),
    "not_dated": Label("tanpa tanggal", "without a date"),
    "days": Label("hari", "days"),
    "store": Label("berkas DuckDB", "DuckDB file"),
    "folder": Label("folder", "folder"),
    "writable": Label("dapat ditulisi", "can be written"),
    "not_writable": Label("tidak dapat ditulisi", "cannot be written"),
    "make_writable": Label(
        "perbaiki haknya, atau sebutkan folder lain (output.dir, output.db, --out, --db)",
        "mend its permissions, or name another folder (output.dir, output.db, --out, --db)",
    ),
    "right_path": Label("betulkan path di berkas pipeline", "correct its path in the pipeline file"),
    "not_yet": Label("belum ada", "not there yet"),
    "private": Label("hanya pemilik", "owner only"),
    "open_to_others": Label("dapat dibaca orang lain", "others may read it"),
    "close_it": Label("chmod -R go=", "chmod -R go="),
    "at_rest": Label("enkripsi berkas DuckDB", "encryption of the DuckDB file"),
    "encrypted": Label("terenkripsi", "encrypted"),
    "in_the_clear": Label("tidak terenkripsi", "not encrypted"),
    "clear_though_key": Label("tidak terenkripsi meskipun ada kunci", "not encrypted though a key is given"),
    "without_key": Label("terenkripsi, kuncinya tidak diberikan", "encrypted, and its key is not given"),
    "disk_or_key": Label(
        f"simpan di disk terenkripsi; atau beri kunci dengan {FILE}, lalu targeting encrypt",
        f"keep it on an encrypted disk; or give a key by {FILE}, then targeting encrypt",
    ),
    "encrypt_it": Label("targeting encrypt", "targeting encrypt"),
    "give_key": Label(f"sebutkan berkas kuncinya dengan {FILE}", f"name the key's file with {FILE}"),
    "module": Label("modul enkripsi", "encryption module"),
    "get_module": Label(
        "pasang ekstensi DuckDB httpfs (docs/security/at-rest.md)",
        "install DuckDB's extension httpfs (docs/security/at-rest.md)",
    ),
    "lock": Label("kunci", "lock"),
    "free": Label("bebas", "free"),
    "unfinished": Label("pekerjaan terhenti", "unfinished run"),
    "resume": Label("lanjutkan dengan --resume", "go on with --resume"),
    "backup": Label("cadangan terakhir", "last backup"),
    "make_backup": Label("targeting backup setelah setiap proses", "targeting backup after every run"),
    "job_disk": Label("ruang kosong untuk", "free space for"),
    "job_memory": Label("memori bebas untuk pekerjaan ini", "free memory for this job"),
    "lottery": Label("benih undian", "lottery seed"),
    "committed": Label("sudah diumumkan sidiknya", "committed to"),
    "guessable": Label("mudah ditebak", "can be guessed"),
    "not_committed": Label("sidiknya belum diumumkan", "not committed to"),
    "commit": Label(
        "targeting lottery commit --out FILE, lalu isi seed_file dan seed_commit",
        "targeting lottery commit --out FILE, then fill in seed_file and seed_commit",
    ),
    "until": Label("berlaku sampai", "in force until"),
}


def job_findings(
    pipeline_file: Path, db: Path | None, now: datetime, words: Mapping[str, str], cures: tuple[str, str]
) -> Iterator[Finding]:
    """Everything that is looked at of one job; `cures` are those of too little memory and of too little space."""
    try:
        config = load_pipeline(pipeline_file)
    except TargetingError as error:
        yield Finding(words["pipeline"], str(pipeline_file), "attention", str(error))
        return
    place = followed(db or config.output.db)
    yield Finding(words["pipeline"], config.id, "ok")
    yield from _inputs(config, words)
    yield _policy(config, now.date(), words)
    yield _lottery(config, words)
    if config.dtsen.registry is not None:
        yield _register(config.dtsen.registry, now.date(), words)
    yield _permissions(config, place, words)
    yield from _folders(config, place, words)
    yield from _at_rest(place, words)
    yield _lock(place, words)
    yield from _unfinished(place, words)
    yield _backup(place, now, words)
    yield _memory(config, place, words, cures[0])
    yield from _space(config, place, words, cures[1])


def _inputs(config: PipelineConfig, words: Mapping[str, str]) -> Iterator[Finding]:
    """Each input file, there and readable."""
    for contract, source in zip(CONTRACTS, sources_of(config), strict=True):
        if source is None:
            continue
        try:
            with source.path.open("rb") as file:
                file.read(1)
        except OSError as error:
            yield Finding(contract, f"{source.path}: {error.strerror}", "attention", words["right_path"])
        else:
            yield Finding(contract, f"{source.path.name}, {source.path.stat().st_size:,} B", "ok")


def _policy(config: PipelineConfig, today: date, words: Mapping[str, str]) -> Finding:
    """The policy, in force on the run's date."""
    try:
        policy = load_policy(config.policy)
        policy.on(config.as_of or today)
    except TargetingError as error:
        return Finding(words["policy"], config.policy.name, "attention", str(error))
    return Finding(words["policy"], f"{policy.name}, {words['until']} {policy.policy.effective.to}", "ok")


def _lottery(config: PipelineConfig, words: Mapping[str, str]) -> Finding:
    """Whether nobody can know the draw beforehand, and everybody can see afterwards that it was not chosen."""
    try:
        seed = seeded(config).seed
        committed = config.seed_commit is not None or load_policy(config.policy).ranking.seed_commit is not None
    except TargetingError as error:
        return Finding(words["lottery"], "-", "attention", str(error))
    if guessable(seed) or not committed:
        return Finding(
            words["lottery"], words["guessable" if guessable(seed) else "not_committed"], "attention", words["commit"]
        )
    return Finding(words["lottery"], words["committed"], "ok")


def _register(folder: Path, today: date, words: Mapping[str, str]) -> Finding:
    """The age of the snapshot's cut-off."""
    try:
        cut_off = snapshot.open_register(folder).manifest.cut_off
    except TargetingError as error:
        return Finding(words["register"], folder.name, "attention", str(error))
    if cut_off is None:
        return Finding(words["register"], words["not_dated"], "attention", words["register_old"])
    age = (today - cut_off).days
    told = f"{age} {words['days']} ({cut_off})"
    if age > OLDEST_REGISTER_DAYS:
        return Finding(words["register"], told, "attention", words["register_old"])
    return Finding(words["register"], told, "ok")


def _permissions(config: PipelineConfig, db: Path, words: Mapping[str, str]) -> Finding:
    """Whether others may read the store, what lies beside it, the register or the lists: all hold the same persons."""
    if not db.exists():
        return Finding(words["store"], f"{db}: {words['not_yet']}", "ok")
    beside = [path for path in db.parent.glob(f"{glob.escape(db.name)}*") if path.name != f"{db.name}.lock"]
    lists = [path for path in config.output.dir.glob("*") if path.is_dir()]
    snapshots = [path for path in (config.dtsen.registry,) if path is not None and path.is_dir()]
    open_ones = [path for path in sorted((*beside, *lists, *snapshots)) if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if sys.platform != "win32" and open_ones:
        told = ", ".join(str(path) for path in open_ones)
        cure = f"{words['close_it']} {shlex.join(map(str, open_ones))}"
        return Finding(words["store"], f"{told}: {words['open_to_others']}", "attention", cure)
    return Finding(words["store"], f"{db}: {words['private']}", "ok")


def _folders(config: PipelineConfig, db: Path, words: Mapping[str, str]) -> Iterator[Finding]:
    """Whether the store and the lists can be written where they are to go; nothing is made to find out."""
    for folder in dict.fromkeys((db.resolve().parent, config.output.dir.resolve())):
        there = next(place for place in (folder, *folder.parents) if place.exists())
        can = there.is_dir() and os.access(there, os.W_OK | os.X_OK)
        state, cure = ("ok", "") if can else ("attention", words["make_writable"])
        yield Finding(f"{words['folder']} {folder}", words["writable" if can else "not_writable"], state, cure)


def _at_rest(db: Path, words: Mapping[str, str]) -> Iterator[Finding]:
    """Whether the store is encrypted, and whether this machine can write it so."""
    try:
        given, state = store_key() is not None, state_of(db)
    except TargetingError as error:
        yield Finding(words["at_rest"], "-", "attention", str(error))
        return
    encrypted = state is State.ENCRYPTED
    match (encrypted, given):
        case (True, True):
            yield Finding(words["at_rest"], words["encrypted"], "ok")
        case (True, False):
            yield Finding(words["at_rest"], words["without_key"], "attention", words["give_key"])
        case (False, False):
            yield Finding(words["at_rest"], words["in_the_clear"], "optional", words["disk_or_key"])
        case _ if state is State.CLEAR:
            yield Finding(words["at_rest"], words["clear_though_key"], "attention", words["encrypt_it"])
    if given:
        found = module()
        state_of_module = "ok" if found is Module.OPENSSL else "attention"
        yield Finding(
            words["module"], str(found), state_of_module, "" if state_of_module == "ok" else words["get_module"]
        )


def _lock(db: Path, words: Mapping[str, str]) -> Finding:
    """Whether a run, or a program that has the file open, would keep a run from starting."""
    try:
        store.check_not_running(db)
        if db.exists():
            store.runs(db)
    except StoreLockedError as error:
        return Finding(words["lock"], db.name, "attention", str(error))
    except TargetingError as error:
        return Finding(words["store"], db.name, "attention", str(error))
    return Finding(words["lock"], words["free"], "ok")


def _unfinished(db: Path, words: Mapping[str, str]) -> Iterator[Finding]:
    """A run that was killed, with what it has done."""
    checkpoints = store.checkpoints_of(db)
    journal = checkpoints.journal()
    if journal is not None:
        told = f"{journal.get('run_id')}: {', '.join(checkpoints.steps()) or '-'}"
        yield Finding(words["unfinished"], told, "attention", words["resume"])


def _backup(db: Path, now: datetime, words: Mapping[str, str]) -> Finding:
    """The newest backup that can be read."""
    if not db.exists():
        return Finding(words["backup"], "-", "ok")
    newest = next(iter(store.backups_of(db)), None)
    if newest is None:
        return Finding(words["backup"], "-", "attention", words["make_backup"])
    days = (now.timestamp() - newest.path.stat().st_mtime) / 86_400
    told = f"{newest.latest_run or '-'}, {max(days, 0):.1f} {words['days']}"
    if days > OLDEST_BACKUP_DAYS:
        return Finding(words["backup"], told, "attention", words["make_backup"])
    return Finding(words["backup"], told, "ok")


def _memory(config: PipelineConfig, db: Path, words: Mapping[str, str], cure: str) -> Finding:
    """Memory that is free against what the last run of the job took, else against what linkage may take."""
    try:
        last = store.last_run(db, config.id)
    except TargetingError:
        last = None
    peak = (last["counts"] or {}).get("peak_memory_mb") if last else None
    need = peak * 1_000_000 if peak else in_bytes(config.linkage.memory)
    return sized(words["job_memory"], free_bytes(), allowed_bytes(), need, cure)


def _space(config: PipelineConfig, db: Path, words: Mapping[str, str], cure: str) -> Iterator[Finding]:
    """Space where the store and the lists go."""
    files = [source.path for source in sources_of(config) if source is not None and source.path.exists()]
    need = GROWTH * sum(path.stat().st_size for path in files)
    for folder in dict.fromkeys((db.resolve().parent, config.output.dir.resolve())):
        there = next(place for place in (folder, *folder.parents) if place.exists())
        usage = shutil.disk_usage(there)
        yield sized(f"{words['job_disk']} {folder}", usage.free, usage.total, need, cure)
