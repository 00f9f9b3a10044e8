"""The data dictionary of exports: what each column of the tables means."""

from __future__ import annotations

from targeting.contracts.fields import Bitmask
from targeting.contracts.schemas import SCHEMAS, Field
from targeting.report.dictionary_words import MEANINGS
from targeting.report.labels import Label, Language


def meanings(language: Language) -> dict[str, str]:
    """What every known column means, fields of the contracts included."""
    of_fields = {name: _of_field(field, language) for name, field in _fields().items()}
    return of_fields | {name: getattr(words, language.value) for name, words in MEANINGS.items()}


def _fields() -> dict[str, Field]:
    """Every field of every contract, once."""
    return {name: field for schema in SCHEMAS.values() for name, field in schema.fields.items()}


def _of_field(field: Field, language: Language) -> str:
    """A questionnaire's item: its name says what it is; where its codes are explained."""
    told = Label("Isian PPSE atau DTSEN.", "An item of PPSE or DTSEN.")
    if field.code_list == "ya_tidak":
        told = Label("Isian PPSE atau DTSEN: 1 ya, 2 tidak.", "An item of PPSE or DTSEN: 1 yes, 2 no.")
    elif field.code_list:
        told = Label(
            f"Isian PPSE atau DTSEN; kode menurut daftar {field.code_list} ('targeting schema').",
            f"An item of PPSE or DTSEN; codes of the list {field.code_list} ('targeting schema').",
        )
    elif field.marker(Bitmask):
        told = Label(
            "Isian PPSE; jumlah dari semua jawaban yang berlaku ('targeting schema').",
            "An item of PPSE; the sum of all answers that apply ('targeting schema').",
        )
    return str(getattr(told, language.value))
