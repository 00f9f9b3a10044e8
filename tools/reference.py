"""The pages of docs/reference that come from the program: commands, exit codes, files, rules, reasons, keys, tables.

`make reference` writes them. tests/golden/test_reference.py holds them to the code; `GOLDEN=write pytest tests/golden`
renews them together with the help texts.
"""

from __future__ import annotations

import inspect
import re
import runpy
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from typer.core import TyperArgument, TyperOption
from typer.main import get_command

from targeting import errors
from targeting.cli.main import app
from targeting.contracts.config import PipelineConfig
from targeting.contracts.linkage import ColumnType, LinkSpec
from targeting.contracts.schemas import SCHEMAS, json_schema
from targeting.eligibility import REASONS
from targeting.intake import structure
from targeting.intake.rules import RULES
from targeting.report.dictionary import meanings
from targeting.report.labels import Language
from targeting.store.schema import COLUMNS, VIEWS

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
MADE = "Made from the program by `make reference`.\n"
LONGEST_CODE_LIST = 40
TYPES = {"string": "text", "integer": "whole number", "number": "number"}


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; bars within cells are escaped and lines joined."""
    lines = [header, ["---"] * len(header), *rows]
    cells = [[" ".join(str(cell).replace("|", "\\|").split()) for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells) + "\n"


def page(title: str, *parts: str) -> str:
    """A page: title, where it comes from, parts."""
    return "\n".join([f"# {title}\n", MADE, *parts])


def commands() -> str:
    """Every command, in the order of the help text, those of groups after the others."""
    return page("Commands", *(one for path, command in walked(get_command(app), ()) for one in told(path, command)))


def walked(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Commands with their path, those of groups after the others."""
    own = getattr(command, "commands", None)
    if own is None:
        yield path, command
        return
    for name, sub in sorted(own.items(), key=lambda one: hasattr(one[1], "commands")):
        yield from walked(sub, (*path, name))


def told(path: tuple[str, ...], command: Any) -> Iterator[str]:
    """A command's heading, words, arguments and options."""
    yield f"## targeting {' '.join(path)}\n"
    words, _, example = inspect.cleandoc(command.help or "").partition("Example: ")
    yield words.strip() + "\n"
    if example:
        yield f"```console\n{' '.join(example.split())}\n```\n"
    arguments = [one for one in command.params if isinstance(one, TyperArgument)]
    options = [one for one in command.params if isinstance(one, TyperOption) and one.name != "help"]
    for header, parameters in (("argument", arguments), ("option", options)):
        if parameters:
            yield table((header, "", "without it"), [parameter_row(one) for one in parameters])


def parameter_row(parameter: TyperArgument | TyperOption) -> tuple[str, str, str]:
    """Name, meaning, and what holds without it."""
    if isinstance(parameter, TyperArgument):
        name = f"`{parameter.metavar or (parameter.name or '').upper()}`"
    else:
        name = ", ".join(f"`{one}`" for one in (*parameter.opts, *parameter.secondary_opts))
    choices = choices_of(parameter.type_descriptor.annotation)
    about = [(parameter.help or "").strip(), f"One of {', '.join(map(plain, choices))}." if choices else ""]
    if parameter.envvar:
        about.append(f"Environment: `{parameter.envvar}`.")
    return name, " ".join(filter(None, about)), "required" if parameter.required else default_of(parameter)


def choices_of(annotation: Any) -> tuple[object, ...]:
    """What may be chosen from, nothing for a free value."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(annotation)
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return next((found for one in get_args(annotation) if (found := choices_of(one))), ())


def default_of(parameter: TyperArgument | TyperOption) -> str:
    """What a parameter is without being given; empty for nothing and for a switch that is off."""
    default = parameter.default
    if default is None or default is False or default in ((), [], "") or callable(default):
        return ""
    return f"`{plain(default)}`"


def plain(value: object) -> str:
    """A value as it is typed."""
    return str(value.value if isinstance(value, Enum) else value)


def exit_codes() -> str:
    """What a command ends with, and which errors it stands for."""
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.TargetingError)]
    rows = [(0, "done", "")]
    for code in sorted({kind.exit_code for kind in kinds}):
        of_code = [kind for kind in kinds if kind.exit_code == code]
        about = " ".join((kind.__doc__ or "").splitlines()[0] for kind in of_code if kind is not errors.TargetingError)
        rows.append((code, about, ", ".join(f"`{kind.__name__}`" for kind in of_code)))
    return page("Exit codes", table(("code", "means", "errors"), rows))


def files() -> str:
    """The columns of each input file, and the codes of their lists."""
    parts = [
        "A file may have further columns; they are left aside. Empty cells are missing values. Columns of another name",
        "are mapped in the pipeline file.\n",
    ]
    for name, schema in SCHEMAS.items():
        document = json_schema(name)
        parts.append(f"## {name}\n\nCode lists: `{schema.code_lists}`. A row is named by `{schema.record_id}`.\n")
        required = set(document.get("required", ()))
        properties = sorted(document["properties"].items(), key=lambda one: one[0] not in required)
        rows = [(f"`{field}`", *described(node), "yes" if field in required else "") for field, node in properties]
        parts.append(table(("column", "type", "values", "required"), rows))
    return page("Input files", *parts)


def described(node: Mapping[str, Any]) -> tuple[str, str]:
    """Type and allowed values of a field of a JSON Schema."""
    given = next((one for one in node.get("anyOf", ()) if one.get("type") != "null"), node)
    kind = "date" if given.get("format") == "date" else TYPES.get(given.get("type", ""), given.get("type", ""))
    if "oneOf" in given:
        codes = [f"{one['const']} {one['title']}" for one in given["oneOf"]]
        return "code", ", ".join(codes[:LONGEST_CODE_LIST])
    if "x-bits" in given:
        return "sum of bits", ", ".join(f"{bit} {meaning}" for bit, meaning in given["x-bits"].items())
    if "enum" in given:
        return kind, ", ".join(given["enum"])
    limits = [f"{word} {given[key]}" for key, word in (("minimum", "from"), ("maximum", "to")) if key in given]
    if "pattern" in given:
        limits.append(f"`{given['pattern']}`")
    if "maxLength" in given:
        limits.append(f"at most {given['maxLength']} letters")
    return kind, " ".join(limits)


def rules() -> str:
    """Every finding that validation makes."""
    shaped = [one for _, one in inspect.getmembers(structure) if isinstance(one, structure.Finding)]
    rows = [(f"`{one.rule}`", one.severity.value, "", one.message_id, one.message_en) for one in shaped]
    rows += [(f"`{one.name}`", one.severity.value, f"`{one.field}`", one.message_id, one.message_en) for one in RULES]
    said = (
        "`error` refuses the row, `warning` and `info` travel with it. A field's own limits are those of its\n"
        "[file](files.md).\n"
    )
    return page("Validation rules", said, table(("rule", "severity", "field", "Indonesia", "English"), sorted(rows)))


def reasons() -> str:
    """Every reason code that a list can show."""
    said = (
        "A code is the gate's id where the gate decides, and has a suffix where an officer must: `-V` the value asks\n"
        "for one, `-M` it is missing, `-C` PPSE and DTSEN differ, `-L` only a doubtful link says so, `-N` the NIK\n"
        "tells another birth date; `-F`: refused because it is missing.\n"
    )
    rows = [(f"`{one.code}`", one.text_id, one.text_en) for one in REASONS.values()]
    return page("Reason codes", said, table(("code", "Indonesia", "English"), rows))


def configuration() -> str:
    """Keys of the pipeline file and of the linkage spec."""
    types = ", ".join(f"`{one.value}`" for one in ColumnType)
    return page(
        "Configuration",
        "Both are YAML. A key that is not here, a key given twice, and a value of another kind are refused.\n",
        "## The pipeline file\n",
        table(("key", "type", "without it", ""), keys(PipelineConfig.model_json_schema())),
        "## The linkage spec\n",
        "A column is written short, `nama: name`, or long, `id_jenis_kelamin: {type: category, right: sex}`. Types:",
        f"{types}.\n",
        table(("key", "type", "without it", ""), keys(LinkSpec.model_json_schema())),
    )


def keys(document: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """Rows for the keys of a model and of the models within it, dotted."""
    rows: list[tuple[str, str, str, str]] = []

    def add(node: Mapping[str, Any], prefix: str) -> None:
        required = set(node.get("required", ()))
        for name, given in node["properties"].items():
            inner = model_in(given, document)
            kind = "" if inner else kind_of(given, document)
            without = "required" if name in required else shown_default(given, inner)
            rows.append((f"`{prefix}{name}`", kind, without, given.get("description", "")))
            if inner:
                add(inner, f"{prefix}{name}.NAME." if "additionalProperties" in given else f"{prefix}{name}.")

    add(document, "")
    return rows


def model_in(node: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The model that a key holds, null if it holds a plain value."""
    for one in (node, *node.get("anyOf", ()), node.get("additionalProperties") or {}):
        if isinstance(one, Mapping) and "$ref" in one:
            found: Mapping[str, Any] = document["$defs"][one["$ref"].rpartition("/")[2]]
            return found if "properties" in found else None
    return None


def kind_of(node: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """A value's type in words."""
    options = [one for one in node.get("anyOf", [node]) if one.get("type") != "null"]
    return " or ".join(one_kind(one, document) for one in options)


def one_kind(node: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """One type in words: choices, list, mapping, or what it is."""
    if "$ref" in node:
        node = document["$defs"][node["$ref"].rpartition("/")[2]]
    if "enum" in node:
        return ", ".join("tab" if one == "\t" else f"`{one}`" for one in node["enum"])
    if node.get("type") == "array":
        items = node.get("items") or {}
        return f"list of {one_kind(items, document)}" if items else "list"
    if node.get("type") == "object":
        return "mapping"
    if node.get("format") in ("path", "date"):
        return str(node["format"])
    return {"boolean": "true or false", **TYPES}.get(node.get("type", ""), "")


def shown_default(node: Mapping[str, Any], inner: object) -> str:
    """The default, as far as it says something."""
    default = node.get("default")
    if inner or default is None or default in ({}, []):
        return ""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{', '.join(map(str, default)) if isinstance(default, list) else default}`"


def tables() -> str:
    """Tables, columns and views of the store."""
    parts = [
        "Columns that users may rely on; a run adds those of its input files to `household` and `person`. All rows",
        "have the `run_id` of their run, which appears with all its rows in one transaction or not at all.\n",
    ]
    told = meanings(Language.EN)
    for name, columns in COLUMNS.items():
        rows = [one.split() for one in columns.split(",")]
        cells = [(f"`{column}`", kind, "never empty" if rest else "", told[column]) for column, kind, *rest in rows]
        parts += [f"## {name}\n", table(("column", "type", "", "means"), cells)]
    parts += ["## Views\n", table(("view", "shows"), [(f"`{name}`", view_shows(sql)) for name, sql in VIEWS.items()])]
    return page("Tables of the DuckDB file", *parts)


def view_shows(sql: str) -> str:
    """A view's text, short ones whole."""
    text = " ".join(sql.split())
    return (
        f"`{text}`"
        if len(text) < 120
        else "candidates as they stand now: who declined and who came in their place is laid over them"
    )


PYTHON = runpy.run_path(str(Path(__file__).with_name("reference_python.py")))
"""The page on functions for notebooks."""


def python() -> str:
    """Functions and frames of the rooms, as a notebook calls them."""
    return page("Python", *PYTHON["parts"]())


PAGES = {
    "commands.md": commands,
    "exit-codes.md": exit_codes,
    "files.md": files,
    "rules.md": rules,
    "reasons.md": reasons,
    "configuration.md": configuration,
    "tables.md": tables,
    "python.md": python,
}


def pages() -> dict[str, str]:
    """Text by file name."""
    return {name: re.sub(r"\n{3,}", "\n\n", make()) for name, make in PAGES.items()}


def main() -> int:
    """Write the pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
