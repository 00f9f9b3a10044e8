"""The DuckDB file: its tables, whole runs written to it or not at all, what is read and taken out of it."""

from __future__ import annotations

from targeting.store.audit import Action, AuditEvent, Break, events_of, head_of, record, verify
from targeting.store.backup import back_up, backups_of, restore
from targeting.store.chain import Head
from targeting.store.checkpoints import Checkpoints, checkpoints_of
from targeting.store.connection import check_can_publish, check_can_write
from targeting.store.evidence import evidence
from targeting.store.export import (
    PURPOSE_NEEDED,
    SHORTEST_PURPOSE,
    CsvForm,
    ExportRequest,
    Words,
    candidate_list,
    export,
    listed,
    mask,
    mask_record,
    remove_unfinished,
    write_text,
)
from targeting.store.ledger import (
    OUTSIDE_RUNS,
    SHORTEST_REASON,
    Deed,
    Override,
    add_override,
    add_overrides,
    override_history,
    overrides_in_force,
    record_replacement,
    standing_of,
    withdraw_override,
)
from targeting.store.lock import check_not_running, run_lock
from targeting.store.publish import RunRecord, is_published, publish, record_failure
from targeting.store.queries import assessment_of, explanation, last_run, run_of, runs, selected_households
from targeting.store.review import (
    PairDecision,
    record_decisions,
    review_history,
    review_queue,
    settled_pairs,
    undo_decision,
)
from targeting.store.run_report import list_frames

__all__ = [
    "OUTSIDE_RUNS",
    "PURPOSE_NEEDED",
    "SHORTEST_PURPOSE",
    "SHORTEST_REASON",
    "Action",
    "AuditEvent",
    "Break",
    "Checkpoints",
    "CsvForm",
    "Deed",
    "ExportRequest",
    "Head",
    "Override",
    "PairDecision",
    "RunRecord",
    "Words",
    "add_override",
    "add_overrides",
    "assessment_of",
    "back_up",
    "backups_of",
    "candidate_list",
    "check_can_publish",
    "check_can_write",
    "check_not_running",
    "checkpoints_of",
    "events_of",
    "evidence",
    "explanation",
    "export",
    "head_of",
    "is_published",
    "last_run",
    "list_frames",
    "listed",
    "mask",
    "mask_record",
    "override_history",
    "overrides_in_force",
    "publish",
    "record",
    "record_decisions",
    "record_failure",
    "record_replacement",
    "remove_unfinished",
    "restore",
    "review_history",
    "review_queue",
    "run_lock",
    "run_of",
    "runs",
    "selected_households",
    "settled_pairs",
    "standing_of",
    "undo_decision",
    "verify",
    "withdraw_override",
    "write_text",
]
