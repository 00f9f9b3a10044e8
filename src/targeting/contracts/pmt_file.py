"""Read and spell a proxy means test file, and the map of a survey's columns."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, model_validator

from targeting.contracts.codes.lists import VERSIONS
from targeting.contracts.config import Strict
from targeting.contracts.pmt import FORMAT, VERSION, ProxyModel
from targeting.contracts.schemas import schema_of
from targeting.contracts.welfare import known_meanings
from targeting.contracts.yaml_file import read_declared
from targeting.errors import ModelError

CURE = "Give a file that 'targeting pmt train' wrote."


def load_model(path: Path) -> ProxyModel:
    """The model in a file. Raises ModelError with what is wrong and the cure."""
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}. {CURE}") from None
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise ModelError(f"{path} is no JSON. {CURE}") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ModelError(f"{path} is no proxy means test. {CURE}")
    if document.get("version") != VERSION:
        raise ModelError(
            f"{path} has format version {document.get('version')!r}; this program knows {VERSION}. Train it again."
        )
    try:
        return ProxyModel.model_validate_json(json.dumps(document))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ModelError(f"{path}: {place}: {first['msg']}. {CURE}") from None


def sha256_of(path: Path) -> str:
    """Of the file's bytes. Raises ModelError if it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}. {CURE}") from None


def spelled(model: ProxyModel) -> str:
    """The file's text: the same model, the same text."""
    return json.dumps(_shortest(model.model_dump(mode="json")), ensure_ascii=False, allow_nan=False) + "\n"


def _shortest(value: Any) -> Any:
    """Lists of a tree's and a table's numbers are most of the file: whole floats lose their '.0'."""
    match value:
        case dict():
            return {key: _shortest(child) for key, child in value.items()}
        case list():
            return [_shortest(child) for child in value]
        case float() if value.is_integer() and abs(value) < 2**53:
            return int(value)
    return value


class ColumnMap(Strict):
    """What a survey calls the contract's household columns, and what its codes mean."""

    columns: dict[str, str] = Field(min_length=1, description="survey column: contract column")
    code_lists: str | None = Field(default=None, description="version of the code lists the survey's codes are of")
    codes: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="contract column: survey's code: meaning, where the survey has its own codes"
    )

    @model_validator(mode="after")
    def names_what_exists(self) -> ColumnMap:
        """Refuse a contract column, code list or meaning that is not there, and one contract column for two."""
        fields = schema_of("ppse-household").fields
        for column in (*self.columns.values(), *self.codes):
            if column not in fields:
                raise ValueError(
                    f"'{column}' is no column of ppse-household; 'targeting schema ppse-household' lists them"
                )
        targets = list(self.columns.values())
        if doubled := sorted({name for name in targets if targets.count(name) > 1}):
            raise ValueError(f"two columns of the survey are '{doubled[0]}'")
        if self.code_lists is not None and self.code_lists not in VERSIONS:
            raise ValueError(f"no code lists '{self.code_lists}'. Versions: {', '.join(VERSIONS)}")
        for column, meanings in self.codes.items():
            if fields[column].code_list is None:
                raise ValueError(f"'{column}' holds no codes")
            if unknown := sorted(set(meanings.values()) - known_meanings(column)):
                known = ", ".join(sorted(known_meanings(column)))
                raise ValueError(f"'{unknown[0]}' is no meaning of {column}. Meanings: {known}")
        return self


def load_map(path: Path) -> ColumnMap:
    """The map a file declares. Raises UsageError with file, line and cure of everything that is wrong with it."""
    return read_declared(path, ColumnMap, "column map")
