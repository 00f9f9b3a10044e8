"""targeting evaluate: how good the links are, by known pairs or by a sample that clerks have labelled."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from targeting.cli.options import AsJson
from targeting.cli.output import log, print_json, print_table
from targeting.cli.tables import read_table
from targeting.linkage.evaluation import Rate

PAIR = ["id_l", "id_r"]


def evaluate(
    links: Annotated[Path, typer.Argument(help="Links with id_l, id_r and perhaps status.")],
    truth: Annotated[
        Path, typer.Argument(help="True pairs with id_l, id_r; or a labelled sample of sample-for-review.")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Precision, recall and F1 of links against known truth, with 95 % intervals.

    A sample with the columns label and sampling_weight gives estimates for all links: each label stands for the pairs
    of its stratum. Its recall is of the true pairs among links and review pairs; 'targeting link' estimates what is in
    neither.

    Example: targeting evaluate links.parquet synth/truth_person.csv --json
    """
    from targeting.linkage.evaluation import evaluate as held_against  # noqa: PLC0415  (for this command only)
    from targeting.linkage.labelled import LABEL, STRATUM, WEIGHT, evaluate_labelled, is_labelled_sample  # noqa: PLC0415

    known = read_table(truth, PAIR, optional=(LABEL, WEIGHT, STRATUM))
    found = read_table(links, PAIR, optional=("status",))
    if is_labelled_sample(known.columns):
        labelled = evaluate_labelled(found, known)
        if as_json:
            print_json(asdict(labelled))
            return
        _show(
            "links by a labelled sample",
            [("precision", labelled.precision), ("recall within the file", labelled.recall)],
            labelled.f1,
        )
        log.print(
            f"{labelled.labelled:,} labels, {labelled.unsure:,} unsure, {labelled.unlabelled:,} without a label.",
            markup=False,
        )
        return
    result = held_against(found, known)
    if as_json:
        print_json(asdict(result))
        return
    rates = [("precision", result.precision), ("recall", result.recall), ("recall with review", result.review_recall)]
    _show("links against truth", rates, result.f1)


def _show(title: str, rates: list[tuple[str, Rate]], f1: float | None) -> None:
    """Rates as a table."""
    rows = [(name, percent(r.value), f"{percent(r.low)} to {percent(r.high)}", f"{r.of:,}") for name, r in rates]
    rows.append(("F1", percent(f1), "", ""))
    print_table(title, ["rate", "value", "95 % interval", "of"], rows, (1, 3))


def percent(share: float | None) -> str:
    """A share as text, a dash for none."""
    return "-" if share is None else f"{share:.4%}"


def show_error_rates(rates: dict[str, object]) -> None:
    """What a link estimates of itself, and whether the false-link rate asked for was reached."""
    names = {
        "false_link": "false links",
        "missed_link": "missed true pairs",
        "not_compared": "of these not compared",
    }
    rows = []
    for key, name in names.items():
        rate: dict[str, float | None] = rates[key]  # type: ignore[assignment]
        rows.append((name, percent(rate["value"]), f"{percent(rate['low'])} to {percent(rate['high'])}"))
    missed: dict[str, float | None] = rates["missed_link"]  # type: ignore[assignment]
    if missed["value"] is not None:
        rows.append(("expected recall", percent(1.0 - missed["value"]), ""))
    print_table(f"estimated without labels, by {rates['estimated_by']}", ["rate", "value", "95 % interval"], rows, (1,))
    if rates["max_fdr"] is None:
        return
    threshold = f"{rates['link_threshold']:.6g}"
    told = (
        f"max_fdr {rates['max_fdr']}: links from match_probability {threshold}."
        if rates["max_fdr_reached"]
        else f"warning: max_fdr {rates['max_fdr']} cannot be reached on these files; links from match_probability "
        f"{threshold}, where the bound is least. Have the links reviewed, or allow more."
    )
    log.print(told, markup=False, soft_wrap=True)
