"""Files out of the store: CSV, Parquet, Excel; masked unless revealed for a recorded purpose."""

from __future__ import annotations

from targeting.store.export.masking import mask, mask_name, mask_number, mask_record
from targeting.store.export.run import FORMATS, ExportRequest, export
from targeting.store.export.words import Words

__all__ = ["FORMATS", "ExportRequest", "Words", "export", "mask", "mask_name", "mask_number", "mask_record"]
