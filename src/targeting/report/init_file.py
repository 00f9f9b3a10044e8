"""A pipeline file as text, each line with the reason why it says what it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from targeting.contracts.guess import ColumnGuess, FileGuess
from targeting.contracts.schemas import schema_of
from targeting.report.html_text import readable
from targeting.report.html_words import percent, whole
from targeting.report.init_words import say
from targeting.report.labels import Language

SECTIONS = (
    ("ppse", (("households", "ppse-household"), ("members", "ppse-member"))),
    ("dtsen", (("families", "dtsen-family"), ("persons", "dtsen-person"))),
)
"""Keys of a pipeline file and the contracts of their files."""
SEED = 2026
SHOWN_DISTRICTS = 12
STRANGERS = 0.8
"""Share of persons with a home in the file of homes below which the two may not belong together."""
RETENTION = {
    "rejected_row": 90,
    "validation_issue": 365,
    "person": 730,
    "household": 730,
    "person_link": 730,
    "household_link": 730,
    "review_pair": 365,
    "assessment": 1825,
    "candidate": 1825,
}
"""Days, as in the pipeline file of the pilot: assumptions."""
SMALLEST_DISTRICT = 0.005
"""Share of the rows below which a code is taken for a typing error or for people who moved away."""
WIDTH = 140
ASTRAL = 0x10000
"""From here on a letter has eight hexadecimal digits in YAML."""


@dataclass(frozen=True)
class Drafted:
    """The text of a file, and what its writer has to look at, a line each."""

    text: str
    open_points: tuple[str, ...]


@dataclass(frozen=True)
class Request:
    """What the file is to say beside its inputs. Paths as they are to be written: `paths` by file, `policy` None if
    there is none, `others` the policies that were not taken, `folder` where they were looked for.
    """

    name: str
    file: str
    paths: Mapping[tuple[str, str | None], str]
    policy: str | None
    folder: str
    others: Sequence[str] = ()
    purpose: str | None = None
    districts: Sequence[str] = ()
    seed: int = SEED
    registry: str | None = None


class Lines(list[str]):
    """Lines of the file; what is to be looked at is marked in it and kept."""

    def __init__(self, language: Language) -> None:
        """No line yet."""
        super().__init__()
        self.language, self.points = language, list[str]()

    def note(self, indent: int, text: str) -> None:
        """A comment, folded."""
        room, line = WIDTH - indent, ""
        for word in readable(text).split():
            if line and len(line) + len(word) + 1 > room:
                self.append(f"{' ' * indent}# {line}")
                line = ""
            line = f"{line} {word}".strip()
        self.append(f"{' ' * indent}# {line}")

    def point(self, indent: int, text: str) -> None:
        """A comment that asks to be looked at."""
        self.points.append(text)
        self.note(indent, f"{say('check', self.language)}: {text}")


def pipeline_text(files: Sequence[FileGuess], wanted: Request, language: Language) -> Drafted:
    """The pipeline file of these files. Valid as it stands if no file and no needed column is missing.

    The same arguments give the same text.
    """
    lines = Lines(language)
    for line in say("head", language).splitlines():
        lines.note(0, line)
    lines += ["#", *(f"# {line}" for line in say("next", language).format(file=wanted.file).splitlines()), "#"]
    lines.note(0, say("paths", language))
    by_contract = {one.contract: one for one in files}
    _about_run(lines, by_contract.get("ppse-household"), wanted)
    for section, parts in SECTIONS:
        lines += ["", f"{section}:"]
        if section == "dtsen" and wanted.registry is not None:
            lines.append(f"  registry: {quoted(wanted.registry)}    # {say('about_registry', language)}")
            continue
        for key, contract in parts:
            _source(lines, key, contract, by_contract, wanted)
    _prior(lines, by_contract.get("prior-recipient"), wanted)
    _rest(lines, wanted)
    return Drafted("\n".join(lines) + "\n", tuple(lines.points))


def quoted(value: str) -> str:
    """A text in YAML's double quotes, whatever is in it."""
    return f'"{"".join(map(_escaped, value))}"'


def _escaped(letter: str) -> str:
    """A letter as it may stand in double quotes."""
    if letter in '"\\':
        return f"\\{letter}"
    if letter.isprintable():
        return letter
    return f"\\u{ord(letter):04x}" if ord(letter) < ASTRAL else f"\\U{ord(letter):08x}"


def _about_run(lines: Lines, households: FileGuess | None, wanted: Request) -> None:
    """id, purpose, as_of, seed, districts."""
    language = lines.language
    lines += ["", f"id: {quoted(wanted.name)}"]
    lines.note(0, say("about_purpose", language))
    lines.append(f"purpose: {quoted(wanted.purpose or say('purpose', language))}")
    lines.append(f"# as_of: 2026-06-01    # {say('about_as_of', language)}")
    lines.note(0, say("about_seed", language).format(seed=wanted.seed))
    lines += [f"seed: {wanted.seed}", "# seed_file: lottery-seed.txt", "# seed_commit: sha256:..."]
    _districts(lines, households, wanted)


def _districts(lines: Lines, households: FileGuess | None, wanted: Request) -> None:
    """The districts told, else those found; an example that asks to be looked at where there are none."""
    language = lines.language
    found = {} if households is None else dict(households.districts)
    total = sum(found.values())
    codes = [code for code, rows in found.items() if rows >= SMALLEST_DISTRICT * total][:SHOWN_DISTRICTS]
    if households is not None and found:
        column = next(one.column for one in households.columns if one.field.startswith("kode_"))
        counts = ", ".join(f"{code} ({whole(rows, language)})" for code, rows in list(found.items())[:SHOWN_DISTRICTS])
        lines.note(0, say("about_districts", language).format(column=quoted(column), counts=counts))
        if not households.whole and not wanted.districts:
            lines.point(0, say("part_of_file", language).format(rows=whole(households.rows, language)))
    chosen = list(wanted.districts) or sorted(codes)
    if not chosen:
        lines.point(0, say("no_districts", language))
    lines.append(f"districts: [{', '.join(quoted(code) for code in chosen or ['34.04'])}]")


def _source(lines: Lines, key: str, contract: str, files: Mapping[str, FileGuess], wanted: Request) -> None:
    """One input file."""
    one, language = files.get(contract), lines.language
    if one is None:
        if contract == "ppse-member" and _is_flat(files.get("ppse-household")):
            lines.note(2, say("flat", language))
            return
        lines.point(2, say("not_found", language).format(contract=contract))
        lines += [f"  {key}:", f"    path: {quoted(say('placeholder', language).format(contract=contract))}"]
        return
    lines.append(f"  {key}:")
    _reading(lines, one, wanted, 4)


def _is_flat(households: FileGuess | None) -> bool:
    """Whether the household file carries its heads."""
    return households is not None and any(one.field == "nama" for one in households.columns)


def _reading(lines: Lines, one: FileGuess, wanted: Request, indent: int) -> None:
    """How a file is read: path, sheet, code lists, order of dates, columns, and what is to be said of them."""
    language, blank = lines.language, " " * indent
    lines.append(f"{blank}path: {quoted(wanted.paths[str(one.path), one.sheet])}")
    if one.sheet is not None:
        lines.append(f"{blank}sheet: {quoted(one.sheet)}")
    lines.note(indent, say("code_lists", language))
    lines.append(f"{blank}code_lists: {schema_of(one.contract).code_lists}")
    if one.dates != "dmy":
        lines.append(f"{blank}dates: {one.dates}    # {say('dates', language)}")
    if one.mapped:
        lines.append(f"{blank}columns:")
        lines += [
            f"{blank}  {column.field}: {quoted(column.column)}    # {why(column, language)}" for column in one.mapped
        ]
    same = len(one.columns) - len(one.mapped)
    if same:
        lines.note(indent, say("same", language).format(count=same))
    for text in remarks(one, language):
        lines.point(indent, f"{one.path.name}: {text}")
    if one.absent:
        lines.note(indent, say("absent", language).format(names=", ".join(one.absent)))
    if one.unused:
        lines.note(indent, say("unused", language).format(names=", ".join(one.unused)))


def share_of(column: ColumnGuess, language: Language) -> str:
    """Share of the values that can be read, with a plain blank: editors mark any other."""
    return percent(column.share, language, 0).replace("\u00a0", " ")


def why(column: ColumnGuess, language: Language) -> str:
    """Why a column is taken for its field."""
    if column.share is None:
        return f"{say(column.ground.value, language)}; {say('no_values', language)}"
    told = say("readable", language).format(share=share_of(column, language), filled=whole(column.filled, language))
    return f"{say(column.ground.value, language)}; {told}"


def remarks(one: FileGuess, language: Language) -> Iterator[str]:
    """What is wrong or doubtful about a file."""
    if one.missing:
        yield say("missing", language).format(names=", ".join(one.missing))
    if one.homes is not None and one.homes < STRANGERS:
        share = percent(one.homes, language, 0).replace("\u00a0", " ")
        yield say("homes", language).format(share=share)
    for column in one.doubted:
        yield say("doubted", language).format(
            column=quoted(column.column), field=column.field, share=share_of(column, language)
        )


def _prior(lines: Lines, prior: FileGuess | None, wanted: Request) -> None:
    """Earlier participants, or the word that there is no list."""
    lines.append("")
    lines.note(0, say("no_prior", lines.language))
    if prior is None:
        lines.append("# prior: {path: penerima_lama.csv, columns: {nama: NAMA, tahun: TAHUN}}")
        return
    lines.append("prior:")
    _reading(lines, prior, wanted, 2)


def _rest(lines: Lines, wanted: Request) -> None:
    """Policy, linkage, limits, output."""
    language = lines.language
    lines.append("")
    lines.note(0, say("about_policy", language))
    if wanted.policy is None:
        lines.point(0, say("no_policy", language).format(folder=wanted.folder))
    if wanted.others:
        lines.note(0, say("policies", language).format(names=", ".join(wanted.others)))
    lines.append(f"policy: {quoted(wanted.policy or f'{wanted.folder}/policy.yaml')}")
    lines += ["", f"linkage:    # {say('about_linkage', language)}", "  threads: 2", "  memory: 4GB"]
    lines += ["", f"limits:    # {say('about_limits', language)}", "  max_rejected_share: 0.2"]
    lines += ["  max_link_rate_shift: 0.05", "  max_selection_shift: 0.3"]
    lines += ["", f"retention:    # {say('about_retention', language)}"]
    lines += [f"  {table}: {days}" for table, days in RETENTION.items()]
    lines += ["", f"output:    # {say('about_output', language)}", "  db: targeting.duckdb", "  dir: out"]
    lines.append("  formats: [csv, parquet, xlsx]")
