"""The data dictionary: every column that can be exported has its meaning, once in each language."""

from __future__ import annotations

import pytest

from targeting.contracts.schemas import SCHEMAS
from targeting.report.dictionary import meanings
from targeting.report.dictionary_words import MEANINGS
from targeting.report.headings import HEADINGS
from targeting.report.labels import Language
from targeting.store.schema import COLUMNS


@pytest.mark.parametrize("language", Language)
def test_every_column_of_every_table_and_list_has_a_meaning(language):
    declared = {column.split()[0] for columns in COLUMNS.values() for column in columns.split(",")}
    items = {name for schema in SCHEMAS.values() for name in schema.fields}
    known = meanings(language)
    assert sorted((declared | items | set(HEADINGS)) - set(known)) == []
    assert all(text.endswith(".") for text in known.values())


def test_both_languages_say_it_in_their_own_words():
    assert [name for name, words in MEANINGS.items() if words.id == words.en] == []


def test_a_coded_item_names_its_list():
    assert "'targeting schema'" in meanings(Language.EN)["id_lantai_terluas"]
    assert "1 ya, 2 tidak" in meanings(Language.ID)["bansos_pkh"]
