"""Files out of the store: CSV, Parquet, Excel; masked unless revealed for a recorded purpose."""

from __future__ import annotations

from targeting.store.export.files import remove_unfinished, write_text
from targeting.store.export.masking import mask, mask_record
from targeting.store.export.plain import CsvForm
from targeting.store.export.run import (
    FORMATS,
    PURPOSE_NEEDED,
    SHORTEST_PURPOSE,
    ExportRequest,
    candidate_list,
    export,
    listed,
)
from targeting.store.export.words import Words

__all__ = [
    "FORMATS",
    "PURPOSE_NEEDED",
    "SHORTEST_PURPOSE",
    "CsvForm",
    "ExportRequest",
    "Words",
    "candidate_list",
    "export",
    "listed",
    "mask",
    "mask_record",
    "remove_unfinished",
    "write_text",
]
