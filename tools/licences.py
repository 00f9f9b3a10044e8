"""Every package that is installed with targeting: version, licence, and whether pyproject.toml names it.

`make licences` writes docs/security/licences.md. `make check` calls it with --check: it ends with 1 if a version is not
that of constraints.txt, if a licence is not one of those allowed, or if the table is not what is installed.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "security" / "licences.md"
ALLOWED = re.compile(
    r"MIT|BSD|ISC|Apache|PSF|Python Software Foundation|Zlib|0BSD|CC0|Unlicense|Historical Permission|HPND|MIT-CMU"
)
DEVELOPMENT_ALSO = re.compile(r"MPL|Mozilla")
"""CONTRIBUTING.md: MPL-2.0 for tools of development."""
HEAD = """# Packages and their licences

Made by `make licences` from what is installed; `make check` refuses it when it is stale, when a version is not that of
`constraints.txt`, and when a licence is not one of those that `CONTRIBUTING.md` allows.
`run`: targeting imports it; `dev`: tests and checks only. Named: pyproject.toml names it, and says why.

| package | version | licence | for | named |
|---|---|---|---|---|
"""


def canonical(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted(of: Distribution, extra: str) -> list[str]:
    """Names that a package needs on this platform, with an extra or (empty) without."""
    needed = [Requirement(line) for line in of.requires or []]
    always = {one.name for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})}
    found = {one.name for one in needed if one.marker is None or one.marker.evaluate({"extra": extra})}
    return [canonical(name) for name in (sorted(found - always) if extra else sorted(found))]


def reached(start: list[str]) -> dict[str, Distribution]:
    """Installed packages that these need, directly and indirectly; what this platform does without is left out."""
    found: dict[str, Distribution] = {}
    ahead = list(start)
    while ahead:
        name = ahead.pop()
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue
        ahead += wanted(found[name], "")
    return found


def licence(of: Distribution) -> str:
    """The licence a package declares: its expression, else its classifiers, else the first line of its text."""
    told = of.metadata
    expression = told.get("License-Expression")
    if expression:
        return str(expression)
    classifiers = [one.split(" :: ")[-1] for one in told.get_all("Classifier") or [] if one.startswith("License ::")]
    text = (told.get("License") or "").strip().splitlines()
    return ", ".join(classifiers) or (text[0][:60] if text else "not declared")


def pinned() -> dict[str, str]:
    """Versions of constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if "==" in line and not line.startswith("#")]
    return {canonical(name): version.strip() for name, version in pairs}


def main() -> int:
    """Write the table, or with --check say what is wrong with it."""
    own = distribution("targeting")
    run, dev = wanted(own, ""), wanted(own, "dev")
    for_run, everything = reached(run), reached(run + dev)
    rows, problems, versions = [], [], pinned()
    for name, of in sorted(everything.items()):
        kind, terms = ("run" if name in for_run else "dev"), licence(of)
        rows.append(f"| {name} | {of.version} | {terms} | {kind} | {'yes' if name in run + dev else ''} |")
        if versions.get(name) != of.version:
            problems.append(f"{name} {of.version}: constraints.txt has {versions.get(name)}. Run: make setup")
        if "GPL" in terms or (not ALLOWED.search(terms) and not (kind == "dev" and DEVELOPMENT_ALSO.search(terms))):
            problems.append(f"{name}: the licence '{terms}' is not one that CONTRIBUTING.md allows")
    text = HEAD + "\n".join(rows) + "\n"
    if "--check" not in sys.argv:
        TABLE.write_text(text, encoding="utf-8")
    elif not TABLE.exists() or TABLE.read_text(encoding="utf-8") != text:
        problems.append("docs/security/licences.md is not what is installed: make licences")
    for problem in problems:
        sys.stderr.write(f"error: {problem}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
