"""Words that several rooms share: statuses, severities and table names. One spelling each, listed in GLOSSARY.md."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """What a finding does to its row."""

    ERROR = "error"
    """The row is refused."""
    WARNING = "warning"
    """The row is accepted and the finding travels with it."""
    INFO = "info"
    """Something was repaired or made up; said, not judged."""


class LinkStatus(StrEnum):
    """What a pair of records is taken for."""

    LINK = "link"
    REVIEW = "review"


class LinkMethod(StrEnum):
    """How a pair came to be."""

    EXACT = "exact"
    PROBABILISTIC = "probabilistic"
    HOUSEHOLD = "household"
    MANUAL = "manual"


class GateOutcome(StrEnum):
    """A gate's answer; VERIFY keeps the rank but needs an officer."""

    PASS = "PASS"  # noqa: S105  (an outcome, not a password)
    FAIL = "FAIL"
    VERIFY = "VERIFY"


class CandidateStatus(StrEnum):
    """Where an assessed household ends."""

    SELECTED = "selected"
    WAITLIST = "waitlist"
    NOT_SELECTED = "not_selected"


class OverrideKind(StrEnum):
    """What a person decided about a household, against or beside the ranking."""

    HOLD = "hold"
    """Keeps its rank and gets no seat until the hold is withdrawn."""
    INCLUDE = "include"
    """Gets a seat before open merit, also if a gate refuses it."""
    EXCLUDE = "exclude"
    """Gets no seat."""


class ReviewDecision(StrEnum):
    """What a person found two records to be, side by side."""

    MATCH = "match"
    """One person: the next run links them."""
    NON_MATCH = "non-match"
    """Two persons: no run links them again."""
    UNSURE = "unsure"


class ReviewGround(StrEnum):
    """Why a pair is laid before a person."""

    DOUBT = "doubt"
    """Under review, or a link that is not sure."""
    CHECK = "check"
    """Drawn at random among the sure links, so that their error rate is measured and not believed."""


class RunStatus(StrEnum):
    """A run's life: it is published whole or not at all."""

    PUBLISHED = "published"
    FAILED = "failed"
    REFUSED = "refused"
    """Whole, but beyond a limit of its pipeline file: not published until somebody answers for it."""


class Table(StrEnum):
    """Tables of the DuckDB file; users rely on these names."""

    RUN = "run"
    VALIDATION_ISSUE = "validation_issue"
    REJECTED_ROW = "rejected_row"
    HOUSEHOLD = "household"
    PERSON = "person"
    PERSON_LINK = "person_link"
    HOUSEHOLD_LINK = "household_link"
    ASSESSMENT = "assessment"
    CANDIDATE = "candidate"
    POLICY = "policy"
    LINKED_FAMILY = "linked_family"
    LINKED_PERSON = "linked_person"
    PRIOR_MATCH = "prior_match"
    MODEL_PROBABILITY = "model_probability"
    AUDIT_EVENT = "audit_event"
    OVERRIDE_LEDGER = "override_ledger"
    REPLACEMENT = "replacement"
    REVIEW_PAIR = "review_pair"
    REVIEW_LEDGER = "review_ledger"


PURGEABLE = (
    Table.VALIDATION_ISSUE,
    Table.REJECTED_ROW,
    Table.HOUSEHOLD,
    Table.PERSON,
    Table.PERSON_LINK,
    Table.HOUSEHOLD_LINK,
    Table.ASSESSMENT,
    Table.CANDIDATE,
    Table.LINKED_FAMILY,
    Table.LINKED_PERSON,
    Table.PRIOR_MATCH,
    Table.MODEL_PROBABILITY,
    Table.REPLACEMENT,
    Table.REVIEW_PAIR,
)
"""Tables whose rows have a retention: all that are on persons or households of one run."""


DISCLAIMER_ID = "daftar calon untuk verifikasi, bukan keputusan akhir"
DISCLAIMER_EN = "a list of candidates for verification, not a final decision"

PERSONAL_FIELDS = ("nik", "no_kk", "nama", "nama_kepala_keluarga", "tanggal_lahir", "tempat_lahir", "alamat")
"""Columns whose values never reach a log, an error or an export that was not asked to reveal them."""

BIRTH_DISAGREES = "nik_disagrees_with_birth_date"
"""The finding that makes the age of a member a matter for an officer."""
