"""The one error tree. Every error carries the exit code the command line ends with (docs: README, exit codes)."""

from __future__ import annotations


class TargetingError(Exception):
    """Something the user can act on. The message says what is wrong, where, and what to do next.

    No message may hold a NIK, a KK number or a name: row numbers and record ids point at the data instead.
    """

    exit_code = 1


class UsageError(TargetingError):
    """An option, argument or configuration file that cannot be acted on."""

    exit_code = 2


class StoreKeyError(UsageError):
    """An encrypted DuckDB file without the key that opens it, or a key that cannot be put to use."""


class InputFileError(TargetingError):
    """A whole file that cannot be read as what it is declared to be. Single bad rows are data, not errors."""

    exit_code = 10


class LimitError(TargetingError):
    """A run passes a limit that the pipeline file states, and is refused before it is published."""

    exit_code = 11


class TooManyRejectedError(LimitError):
    """The share of rejected rows passes the limit that the pipeline file states."""


class ModelError(TargetingError):
    """A linkage model that cannot be trained or must not be used."""

    exit_code = 12


class PolicyError(TargetingError):
    """A policy file that is incomplete, contradictory or not in force on the reference date."""

    exit_code = 13


class StoreLockedError(TargetingError):
    """The DuckDB file is in use by another process."""

    exit_code = 14


class RunInterruptedError(TargetingError):
    """The run was stopped before it published; nothing of it stands in the store."""

    exit_code = 15


class DiskFullError(RunInterruptedError):
    """The disk was full before the run could publish; what it has done so far can be gone on with."""


class CountingError(TargetingError):
    """Rows were lost or doubled between two steps: a defect of this program, never of the data."""

    exit_code = 1
