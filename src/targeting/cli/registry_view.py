"""What `targeting registry` shows of a snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from targeting.cli.output import print_table
from targeting.registry import Snapshot
from targeting.report.labels import Label, Language, text

WORDS: Mapping[str, Label] = MappingProxyType(
    {
        "snapshot": Label("Potret data", "Snapshot"),
        "what": Label("hal", "what"),
        "value": Label("nilai", "value"),
        "kind": Label("isi", "holds"),
        "dtsen": Label("DTSEN, keluarga dan orang", "DTSEN, families and persons"),
        "table": Label("satu berkas", "one file"),
        "cut_off": Label("tanggal cut-off", "cut-off"),
        "made_at": Label("dibuat pada", "made at"),
        "program_version": Label("dengan versi", "by version"),
        "content": Label("sidik isi (SHA-256)", "content (SHA-256)"),
        "records": Label("catatan", "records"),
        "bytes": Label("ukuran (MB)", "size (MB)"),
        "verified": Label("diperiksa utuh", "verified"),
        "all_bytes": Label("setiap bita", "every byte"),
        "sizes": Label("nama dan ukuran berkas saja (--verify memeriksa isinya)", "names and sizes only; see --verify"),
        "sources": Label("Berkas sumber", "Source files"),
        "source": Label("berkas", "file"),
        "sha256": Label("SHA-256", "SHA-256"),
        "rows_in": Label("baris masuk", "rows in"),
        "accepted": Label("diterima", "accepted"),
        "rejected": Label("ditolak", "rejected"),
        "warnings": Label("peringatan", "warnings"),
        "districts": Label("Catatan per kabupaten/kota", "Records by kabupaten or kota"),
        "district": Label("kabupaten/kota", "kabupaten or kota"),
        "unknown": Label("tidak diketahui", "unknown"),
        "columns": Label("Kolom yang dibandingkan", "Columns to compare"),
        "column": Label("kolom", "column"),
        "right": Label("nama di berkas", "name in the file"),
        "type": Label("jenis", "type"),
        "distinct": Label("nilai berbeda", "distinct values"),
        "filled": Label("catatan terisi", "records with one"),
        "keys": Label("Kunci per aturan pemblokiran", "Keys by blocking rule"),
        "rule": Label("aturan", "rule"),
        "blocks": Label("kunci berbeda", "distinct keys"),
        "entries": Label("isi", "entries"),
        "largest": Label("blok terbesar", "largest blocks"),
        "findings": Label("Temuan saat pemeriksaan", "Findings when it was judged"),
        "rows": Label("baris", "rows"),
    }
)


def as_document(snapshot: Snapshot, *, verified: bool) -> dict[str, Any]:
    """Manifest and encoded side as plain data."""
    from targeting.linkage.stored_side import read_description  # noqa: PLC0415  (heavy imports for this command only)

    side = read_description(snapshot.linkage)
    return {
        "folder": str(snapshot.folder),
        "verified": verified,
        "bytes": sum(part.bytes for part in snapshot.manifest.parts),
        **snapshot.manifest.model_dump(mode="json", exclude={"parts"}),
        "id": side.id,
        "household": side.household,
        "columns": {
            name: {
                "right": column.right,
                "type": column.type,
                "distinct": column.distinct,
                "records": column.counts["whole"].records,
            }
            for name, column in side.columns.items()
        },
        "keys": [
            {"rule": one.name, "keys": one.keys, "entries": one.entries, "largest": list(one.largest)}
            for one in side.postings
        ],
        "parts": [part.model_dump() for part in snapshot.manifest.parts],
    }


def show(snapshot: Snapshot, lang: Language, *, verified: bool) -> None:
    """The same as tables."""
    told = as_document(snapshot, verified=verified)

    def say(name: str) -> str:
        return text(WORDS, name, lang)

    facts = [
        (say("kind"), say(told["kind"])),
        *((say(name), told[name]) for name in ("cut_off", "made_at", "program_version", "content")),
        (say("records"), f"{told['records']:,}"),
        (say("bytes"), f"{told['bytes'] / 1e6:,.1f}"),
        (say("verified"), say("all_bytes" if verified else "sizes")),
    ]
    print_table(f"{say('snapshot')} {told['folder']}", [say("what"), say("value")], facts)
    numbers = ("rows_in", "accepted", "rejected", "warnings")
    rows = [(one["source"], *(f"{one[name]:,}" for name in numbers), one["sha256"]) for one in told["sources"]]
    print_table(say("sources"), [say(name) for name in ("source", *numbers, "sha256")], rows, (1, 2, 3, 4))
    districts = [(code or say("unknown"), f"{count:,}") for code, count in told["districts"].items()]
    print_table(say("districts"), [say("district"), say("records")], districts, (1,))
    columns = [
        (name, one["right"], one["type"], f"{one['distinct']:,}", f"{one['records']:,}")
        for name, one in told["columns"].items()
    ]
    print_table(say("columns"), [say(n) for n in ("column", "right", "type", "distinct", "filled")], columns, (3, 4))
    keys = [
        (one["rule"], f"{one['keys']:,}", f"{one['entries']:,}", ", ".join(f"{size:,}" for size in one["largest"]))
        for one in told["keys"]
    ]
    print_table(say("keys"), [say(name) for name in ("rule", "blocks", "entries", "largest")], keys, (1, 2, 3))
    if told["findings"]:
        found = [(rule, f"{count:,}") for rule, count in told["findings"].items()]
        print_table(say("findings"), [say("rule"), say("rows")], found, (1,))
