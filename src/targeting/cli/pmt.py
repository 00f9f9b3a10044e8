"""`targeting pmt`: a proxy means test is trained on a survey, scores households, and is judged on another survey."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from targeting import __version__
from targeting.cli.interrupt import interruptible
from targeting.cli.options import AsJson, Lang
from targeting.cli.output import print_json
from targeting.cli.pmt_screen import show_evaluation, show_scored, show_training
from targeting.cli.progress import watched_share
from targeting.cli.tables import check_file, check_writable, read_whole_table, write_table
from targeting.contracts.pmt_file import load_map, load_model, sha256_of, spelled
from targeting.errors import InputFileError, UsageError
from targeting.intake.headers import normalise
from targeting.report.labels import Language
from targeting.store.export.files import write_text

if TYPE_CHECKING:
    import polars as pl

    from targeting.contracts.pmt_file import ColumnMap

app = typer.Typer(no_args_is_help=True, help="Train, use and judge a proxy means test: poverty with its uncertainty.")

ColumnsFile = Annotated[
    Path | None, typer.Option("--columns", help="YAML: the file's columns, and codes, as PPSE names them.")
]
PERIOD = r"^\d{4}(-\d{2})?$"


@app.callback()
def pmt() -> None:
    """Train, use and judge a proxy means test: poverty with its uncertainty."""


@app.command("train")
def train_command(
    survey: Annotated[Path, typer.Argument(help="Household survey: CSV, Excel or Parquet.")],
    *,
    outcome: Annotated[str, typer.Option(help="Column of expenditure or income, a head or a household.")],
    weight: Annotated[str, typer.Option(help="Column of the survey weights.")],
    cluster: Annotated[str, typer.Option(help="Column of the primary sampling units.")],
    line: Annotated[float, typer.Option(help="Poverty line, in the unit of the outcome.")],
    out: Annotated[Path, typer.Option(help="Model file, .json.")],
    stratum: Annotated[str | None, typer.Option(help="Column of the strata; also needed to score.")] = None,
    columns: ColumnsFile = None,
    drop: Annotated[list[str] | None, typer.Option(help="Column that is no proxy; may be repeated.")] = None,
    keep: Annotated[list[str] | None, typer.Option(help="Column that does not leak, by your word.")] = None,
    category: Annotated[list[str] | None, typer.Option(help="Column of numbers that are codes.")] = None,
    increasing: Annotated[list[str] | None, typer.Option(help="More of it, never poorer (boosted trees).")] = None,
    decreasing: Annotated[list[str] | None, typer.Option(help="More of it, never richer (boosted trees).")] = None,
    source: Annotated[str | None, typer.Option(help="What the survey is called, e.g. 'Susenas'.")] = None,
    period: Annotated[str | None, typer.Option(help="When the outcome was measured: 2025-03.")] = None,
    seed: Annotated[int, typer.Option(help="Deals clusters to folds; the same seed, the same file.")] = 1,
    lang: Lang = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Learn poverty from a survey: several methods compete on clusters they did not see, the best one is kept.

    The model is plain JSON. Columns that give the outcome away are refused and named.

    Example: targeting pmt train data/sample/survey_2024.csv --columns data/sample/survey_columns.yaml --outcome kapita
    --weight fwt --cluster psu --line 513926 --out pmt.json
    """
    _check_train(out, period, line)
    with interruptible("no model was written"):
        from targeting.poverty.survey import Design  # noqa: PLC0415  (for this command only)
        from targeting.poverty.train import Request, train  # noqa: PLC0415

        frame, column_map = _mapped(read_whole_table(survey), survey, columns)
        names = _renamed(column_map)
        of_file = [names.get(normalise(name), normalise(name)) for name in (outcome, weight, cluster, stratum or "")]
        design = Design(of_file[0], of_file[1], of_file[2], of_file[3] or None, line)
        frame, unmapped = _without_unmapped(frame, design.columns, column_map)
        request = Request(
            design=design,
            drop=_set(drop, names) - unmapped,
            keep=_set(keep, names),
            categories=_set(category, names),
            signs=dict.fromkeys(_set(increasing, names), 1) | dict.fromkeys(_set(decreasing, names), -1),
            code_lists=_code_lists(column_map, frame),
            code_list_version=None if column_map is None else column_map.code_lists,
            seed=seed,
        )
        provenance = {
            "source": source,
            "period": period,
            "file": survey.name,
            "sha256": hashlib.sha256(survey.read_bytes()).hexdigest(),
            "program_version": __version__,
        }
        with watched_share("fitting", lang, hidden=as_json) as told:
            model = train(frame, request, provenance, told)
        left = model.columns_left_out | dict.fromkeys(sorted(unmapped), "not in the column map")
        write_text(out, spelled(model.model_copy(update={"columns_left_out": left})))
    show_training(model.model_copy(update={"columns_left_out": left}), out, lang, as_json=as_json)


@app.command("score")
def score_command(
    model: Annotated[Path, typer.Argument(help="Model file of 'targeting pmt train'.")],
    file: Annotated[Path, typer.Argument(help="Households: CSV, Excel or Parquet.")],
    *,
    out: Annotated[Path, typer.Option(help="The same rows with the scores, .csv or .parquet.")],
    line: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE, a line and its probability's name; may be repeated.")
    ] = None,
    level: Annotated[float, typer.Option(help="What share of outcomes the interval promises to hold.")] = 0.9,
    columns: ColumnsFile = None,
    lang: Lang = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Add to each row the probability to be below a line, the outcome's median and its interval.

    Without --line it is the trained one, as p_below_line. Values the model does not know count as missing and are told.

    Example: targeting pmt score pmt.json data/sample/survey_2025.csv --columns data/sample/survey_columns.yaml
    --out scored.csv --line p_poor=513926 --line p_extreme=351957
    """
    check_writable(out, "--out")
    if not 0 < level < 1:
        raise UsageError(f"--level {level:g}: give a share between 0 and 1, such as 0.9.")
    with interruptible("nothing was written"):
        from targeting.poverty import scoring  # noqa: PLC0415  (for this command only)

        known = load_model(model)
        lines = _lines(line) or {"p_below_line": known.line}
        original = read_whole_table(file)
        frame, _ = _mapped(original, file, columns)
        located = scoring.locate(known, frame)
        scores = scoring.scores(known, located, lines, level)
        _check_names(original, scores.columns, file)
        write_table(original.hstack(scores), out)
    show_scored(located, scores, lines, level, out, lang, as_json=as_json)


@app.command("evaluate")
def evaluate_command(
    model: Annotated[Path, typer.Argument(help="Model file of 'targeting pmt train'.")],
    survey: Annotated[Path, typer.Argument(help="A survey that the model was not trained on.")],
    *,
    outcome: Annotated[str | None, typer.Option(help="Column of the outcome, if not the model's.")] = None,
    weight: Annotated[str | None, typer.Option(help="Column of the weights, if not the model's.")] = None,
    cluster: Annotated[str | None, typer.Option(help="Column of the clusters, if not the model's.")] = None,
    line: Annotated[float | None, typer.Option(help="Poverty line, if not the trained one.")] = None,
    quota: Annotated[list[float] | None, typer.Option(help="Share of the population selected; repeatable.")] = None,
    group: Annotated[list[str] | None, typer.Option(help="Column of groups to be fair to; repeatable.")] = None,
    replicates: Annotated[int, typer.Option(min=20, max=5000, help="Draws of the clusters.")] = 200,
    seed: Annotated[int, typer.Option(help="The same seed draws the same clusters.")] = 1,
    columns: ColumnsFile = None,
    lang: Lang = Language.EN,
    as_json: AsJson = False,
) -> None:
    """Judge a model: ranking, calibration, errors at quotas, intervals, fairness; weighted, with 95 % intervals.

    EER: share of the poor who are not selected. IER: share of the selected who are not poor. FPR: share of the others
    who are selected.

    Example: targeting pmt evaluate pmt.json data/sample/survey_2025.csv --columns data/sample/survey_columns.yaml
    --group perempuan_kepala --quota 0.05
    """
    with interruptible("nothing was written"):
        from targeting.poverty.evaluation import QUOTAS, Question, evaluate  # noqa: PLC0415  (for this command only)
        from targeting.poverty.survey import Design  # noqa: PLC0415

        known = load_model(model)
        frame, column_map = _mapped(read_whole_table(survey), survey, columns)
        design = Design(
            normalise(outcome or known.outcome),
            normalise(weight or known.weight_column),
            normalise(cluster or known.cluster_column),
            known.stratum_column,
            known.line if line is None else line,
        )
        names = _renamed(column_map)
        groups = tuple(names.get(normalise(name), normalise(name)) for name in group or ())
        question = Question(design, tuple(quota or QUOTAS), groups, replicates, seed)
        found = evaluate(known, frame, question)
        found["trained_on_this_file"] = sha256_of(survey) == known.provenance.sha256
    if as_json:
        print_json(found)
    else:
        show_evaluation(found, lang)


def _check_train(out: Path, period: str | None, line: float) -> None:
    """Refuse what cannot be done, before the survey is read."""
    import re  # noqa: PLC0415  (two patterns of one option)

    if out.suffix.lower() != ".json":
        raise UsageError(f"--out {out}: its ending must be .json.")
    check_file(out, "--out")
    if period is not None and not re.match(PERIOD, period):
        raise UsageError(f"--period '{period}' is no year or month. Write it like 2025 or 2025-03.")
    if not line > 0:
        raise UsageError(f"--line {line:g}: the line must be a positive number in the outcome's unit.")


def _mapped(frame: pl.DataFrame, path: Path, columns: Path | None) -> tuple[pl.DataFrame, ColumnMap | None]:
    """The file's rows under lower-case names, as everywhere; and as the map calls its columns."""
    names = {name: normalise(name) for name in frame.columns}
    twice = sorted(name for name, times in Counter(names.values()).items() if times > 1)
    if twice:
        raise InputFileError(f"{path.name} has more than one column '{twice[0]}' (capitals do not count). Rename one.")
    frame = frame.rename(names)
    if columns is None:
        return frame, None
    from targeting.poverty.mapping import mapped  # noqa: PLC0415  (for these commands only)

    declared = load_map(columns)
    by_name = {normalise(survey): contract for survey, contract in declared.columns.items()}
    column_map = declared.model_copy(update={"columns": by_name})
    return mapped(frame, column_map), column_map


def _renamed(column_map: ColumnMap | None) -> dict[str, str]:
    """New names by those of the file."""
    return {} if column_map is None else column_map.columns


def _set(names: list[str] | None, renamed: dict[str, str]) -> frozenset[str]:
    """Columns that an option names, as the map calls them."""
    return frozenset(renamed.get(normalise(name), normalise(name)) for name in names or ())


def _code_lists(column_map: ColumnMap | None, frame: pl.DataFrame) -> dict[str, str]:
    """The code lists of the mapped columns."""
    if column_map is None:
        return {}
    from targeting.poverty.mapping import lists_of  # noqa: PLC0415  (for this command only)

    return {name: found for name, found in lists_of(column_map).items() if name in frame.columns}


def _without_unmapped(
    frame: pl.DataFrame, design: tuple[str, ...], column_map: ColumnMap | None
) -> tuple[pl.DataFrame, frozenset[str]]:
    """With a map, only what PPSE has can be a proxy; the other columns are left out and told."""
    if column_map is None:
        return frame, frozenset()
    known = {*design, *column_map.columns.values()}
    unmapped = frozenset(name for name in frame.columns if name not in known)
    return frame.drop(unmapped), unmapped


def _lines(given: list[str] | None) -> dict[str, float]:
    """Lines by the name of their probability."""
    lines: dict[str, float] = {}
    for one in given or ():
        name, equals, value = one.partition("=")
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not equals or not name.strip() or not 0 < number < float("inf"):
            raise UsageError(f"--line {one}: write NAME=VALUE with a positive number, such as p_poor=513926.")
        if name.strip().startswith("pmt_"):
            raise UsageError(f"--line {one}: names that begin with pmt_ are the program's own. Choose another.")
        if name.strip() in lines:
            raise UsageError(f"--line {one}: the name '{name.strip()}' stands twice. Give each line its own.")
        lines[name.strip()] = number
    return lines


def _check_names(frame: pl.DataFrame, added: list[str], file: Path) -> None:
    """Raise UsageError if the file already has a column that is to be added."""
    taken = [name for name in added if name in frame.columns]
    if taken:
        raise UsageError(f"{file.name} already has a column '{taken[0]}'. Rename it, or name the line otherwise.")
