"""Raw text to canonical values. `clean_x` is null where a value is missing or unreadable, `x_problem` tells which.

All are polars expressions over String columns and work on whole columns at once. Missing: both null. Unreadable:
`x_problem` holds a code whose words, with the cure, are in PROBLEMS. `x_repair` names what was mended (REPAIRS).
`read_x` gives all three as one Struct (`value`, `problem`, `repair`) for the price of one.
"""

from targeting.intake.clean.amounts import (
    clean_integer,
    clean_number,
    clean_yes_no,
    integer_problem,
    number_problem,
    read_integer,
    read_number,
    read_yes_no,
    yes_no_problem,
)
from targeting.intake.clean.dates import TWO_DIGIT_YEAR_PIVOT, clean_date, date_problem, date_repair, read_date
from targeting.intake.clean.identifiers import (
    clean_identifier,
    clean_record_id,
    identifier_problem,
    identifier_repair,
    read_identifier,
    read_record_id,
    record_id_problem,
)
from targeting.intake.clean.problems import PROBLEMS, REPAIRS
from targeting.intake.clean.regions import (
    clean_region_code,
    read_region_code,
    region_code_problem,
    region_code_repair,
)
from targeting.intake.clean.text import clean_text, is_missing, read_text, text_problem

__all__ = [
    "PROBLEMS",
    "REPAIRS",
    "TWO_DIGIT_YEAR_PIVOT",
    "clean_date",
    "clean_identifier",
    "clean_integer",
    "clean_number",
    "clean_record_id",
    "clean_region_code",
    "clean_text",
    "clean_yes_no",
    "date_problem",
    "date_repair",
    "identifier_problem",
    "identifier_repair",
    "integer_problem",
    "is_missing",
    "number_problem",
    "read_date",
    "read_identifier",
    "read_integer",
    "read_number",
    "read_record_id",
    "read_region_code",
    "read_text",
    "read_yes_no",
    "record_id_problem",
    "region_code_problem",
    "region_code_repair",
    "text_problem",
    "yes_no_problem",
]
