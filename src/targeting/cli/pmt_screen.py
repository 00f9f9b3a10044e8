"""What the commands of a proxy means test show: candidates, scores, an evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from targeting.cli.output import console, log, print_json, print_table
from targeting.contracts.pmt import ProxyModel
from targeting.report.labels import Language
from targeting.report.poverty_words import word

if TYPE_CHECKING:
    import polars as pl

    from targeting.poverty.scoring import Located

IN_CANDIDATES = ("auc", "eer_rate", "ece", "deviance")
FEW_CLUSTERS = 20
MOST_TOLD = 12
Told = Mapping[str, Any]


def show_training(model: ProxyModel, path: Path, lang: Language, *, as_json: bool) -> None:
    """The candidates, the chosen one, what was left out."""
    judged = model.cross_validation
    if as_json:
        shown = model.model_dump(mode="json", exclude={"members", "distribution", "columns"})
        print_json(shown | {"model": str(path), "proxies": [column.name for column in model.columns]})
        return
    rows = [
        (
            name,
            "*" if name == judged["chosen"] else "",
            number(one["targeting_error"]),
            *(number(one[measure]["value"]) for measure in IN_CANDIDATES),
            number(one["coverage"]["0.9"]),
        )
        for name, one in judged["candidates"].items()
    ]
    heads = [
        word(name, lang) for name in ("method", "targeting_error", "auc", "short_eer_rate", "short_ece", "deviance")
    ]
    print_table(word("candidates", lang), [heads[0], "", *heads[1:], "90 %"], rows, (2, 3, 4, 5, 6, 7), (0,))
    console.print(word("error_words", lang), markup=False, soft_wrap=True)
    told = model.provenance
    console.print(
        word("trained", lang).format(
            households=f"{told.households:,}",
            clusters=f"{told.clusters:,}",
            rate=f"{judged['rate']:.2%}",
            line=f"{model.line:,.10g}",
            path=path,
        ),
        markup=False,
        soft_wrap=True,
    )
    missed = judged["candidates"][judged["chosen"]]["eer_rate"]["value"]
    console.print(word("not_a_verdict", lang).format(eer=f"{missed:.0%}"), markup=False, soft_wrap=True)
    _warn(told.clusters, told.left_out, lang)
    _tell("left_out", {f"{name} ({why})": None for name, why in model.columns_left_out.items()}, lang)
    _tell("unread", judged["cells_that_are_no_numbers"], lang)


def show_scored(
    located: Located,
    scores: pl.DataFrame,
    lines: dict[str, float],
    level: float,
    out: Path,
    lang: Language,
    *,
    as_json: bool,
) -> None:
    """How many rows were scored, the mean probabilities, and what the model did not know."""
    means = {name: round(float(scores[name].mean() or 0.0), 9) for name in lines}  # type: ignore[arg-type]
    if as_json:
        counted = {"unseen": located.unseen, "beyond": located.beyond}
        print_json({"out": str(out), "rows": scores.height, "lines": lines, "level": level, "mean": means, **counted})
        return
    rows = [(name, f"{lines[name]:,.10g}", number(mean)) for name, mean in means.items()]
    print_table(
        "",
        ["", word("measure", lang), word("value", lang)],
        rows,
        (1, 2),
    )
    console.print(word("scored", lang).format(rows=f"{scores.height:,}", path=out), markup=False, soft_wrap=True)
    _tell("unseen", located.unseen, lang)
    _tell("beyond", located.beyond, lang)


def show_evaluation(found: Told, lang: Language) -> None:
    """The measures, errors at quotas, intervals and groups in tables."""
    rows = [(word(name, lang), number(told["value"]), span(told)) for name, told in found["measures"].items()]
    print_table(word("measures", lang), [word(name, lang) for name in ("measure", "value", "interval")], rows, (1,))
    at_quotas = [
        (
            f"{one['quota']:.2%}",
            *(f"{number(one[kind]['value'])} ({span(one[kind])})" for kind in ("eer", "ier", "fpr")),
            number(one["eer_floor"]),
        )
        for one in found["quotas"]
    ]
    print_table(
        word("quotas", lang),
        [word(name, lang) for name in ("quota", "eer", "ier", "fpr", "eer_floor")],
        list(at_quotas),
    )
    _show_coverage(found["coverage"], lang)
    if found["groups"]:
        _show_groups(found["groups"], lang)
    said = word("judged", lang).format(
        households=f"{found['households']:,}",
        clusters=f"{found['clusters']:,}",
        rate=f"{found['rate']:.2%}",
        line=f"{found['line']:,.10g}",
    )
    console.print(said, markup=False, soft_wrap=True)
    if found["trained_on_this_file"]:
        log.print(word("same_file", lang), markup=False, soft_wrap=True)
    _warn(found["clusters"], found["left_out"], lang)
    _tell("unseen", found["unseen"], lang)
    _tell("beyond", found["beyond"], lang)


def _show_coverage(coverage: list[Told], lang: Language) -> None:
    rows = []
    for one in coverage:
        strata = sorted(one["strata"].values())
        apart = f"{strata[0]:.3f} - {strata[-1]:.3f}" if strata else ""
        held = f"{number(one['held']['value'])} ({span(one['held'])})"
        rows.append((f"{one['promised']:.0%}", held, f"{one['high_over_low']:.2f}", apart))
    heads = [word(name, lang) for name in ("promised", "held", "high_over_low", "strata")]
    print_table(word("coverage", lang), heads, rows, (2,))


def _show_groups(groups: list[Told], lang: Language) -> None:
    kinds = ("rate", "selected", "selection_ratio", "ier", "told_over_true")
    rows = []
    for one in groups:
        cells = [word("too_few", lang), *[""] * len(kinds)]
        if one["rate"] is not None:
            missed = f"{number(one['eer']['value'], 3)} ({span(one['eer'])})"
            cells = [*(number(one[kind]["value"], 3) for kind in kinds), missed]
        rows.append((f"{one['column']} = {one['value']}", f"{one['households']:,}", *cells))
    names = ("group", "count", "rate", "selected", "selection_ratio", "short_ier", "told", "short_eer")
    heads = [word(name, lang) for name in names]
    print_table(word("groups", lang), heads, rows, (1, 2, 3, 4, 5, 6))
    console.print(word("group_words", lang), markup=False, soft_wrap=True)


def _warn(clusters: int, left_out: Mapping[str, int], lang: Language) -> None:
    """What makes the figures doubtful."""
    if clusters < FEW_CLUSTERS:
        log.print(word("few_clusters", lang).format(clusters=clusters), markup=False, soft_wrap=True)
    _tell("rows_left_out", {word(reason, lang): rows for reason, rows in left_out.items()}, lang)


def _tell(what: str, named: Mapping[str, int | None], lang: Language) -> None:
    """A line on stderr: names with their counts, not all of hundreds."""
    if not named:
        return
    parts = [name if count is None else f"{name} {count:,}" for name, count in named.items()]
    more = f", ... ({len(parts)})" if len(parts) > MOST_TOLD else ""
    log.print(f"{word(what, lang)}: {', '.join(parts[:MOST_TOLD])}{more}", markup=False, soft_wrap=True)


def number(value: float | None, digits: int = 4) -> str:
    """With so many decimals, a dash for nothing."""
    return "-" if value is None else f"{value:.{digits}f}"


def span(told: Told) -> str:
    """The interval, a dash for none."""
    return "-" if told["low"] is None else f"{told['low']:.3f} - {told['high']:.3f}"
