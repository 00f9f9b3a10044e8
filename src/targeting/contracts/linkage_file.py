"""Read a linkage spec file."""

from __future__ import annotations

from pathlib import Path

from targeting.contracts.linkage import LinkSpec
from targeting.contracts.yaml_file import Finding, Key, checked, plain_value
from targeting.errors import UsageError


def load_spec(path: Path) -> LinkSpec:
    """The spec a file declares. Raises UsageError with file, line and cure of everything that is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}. Give the path of a linkage spec.") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 text (byte {error.start}). Save the file as UTF-8.") from None
    lines: dict[Key, int] = {}
    findings: list[Finding] = []
    value = plain_value(text, lines, findings)
    spec = None if findings else checked(LinkSpec, value, lines, findings)
    if spec is None:
        told = sorted(findings, key=lambda finding: finding.line)
        raise UsageError("\n".join(f"{path}:{finding}" for finding in told))
    return spec
