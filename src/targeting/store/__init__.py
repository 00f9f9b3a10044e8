"""The DuckDB file: its tables, whole runs written to it or not at all, what is read and taken out of it."""

from __future__ import annotations

from targeting.store.audit import Action, AuditEvent, record
from targeting.store.connection import check_can_publish
from targeting.store.export import ExportRequest, Words, export, mask, mask_record
from targeting.store.lock import run_lock
from targeting.store.publish import RunRecord, is_published, publish, record_failure
from targeting.store.queries import explanation, last_step_seconds, run_of, runs

__all__ = [
    "Action",
    "AuditEvent",
    "ExportRequest",
    "RunRecord",
    "Words",
    "check_can_publish",
    "explanation",
    "export",
    "is_published",
    "last_step_seconds",
    "mask",
    "mask_record",
    "publish",
    "record",
    "record_failure",
    "run_lock",
    "run_of",
    "runs",
]
