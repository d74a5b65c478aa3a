"""DAISY Ace, the checker of accessible e-books: npm `@daisy/ace-cli` brings the program, Node and Chromium run it."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from a11y_checks.browser.chromium import find_chromium
from a11y_checks.judges.java import run_judge
from a11y_checks.judges.verdict import JudgeFailed, JudgeMissing, Problem, Verdict
from builder.model.finding import Severity

_PROGRAM: Final = "DAISY Ace"
_INSTALL_NODE: Final = "apt-get install nodejs npm"
_INSTALL_ACE: Final = "npm install --prefix requirements/npm @daisy/ace-cli"
_ACE: Final = Path("requirements/npm/node_modules/@daisy/ace-cli/bin/ace.js")
_ROOT: Final = Path(__file__).parents[2]
# Ace's own grades (those of axe). What it finds serious or critical keeps somebody out.
_SEVERITIES: Final = {"critical": Severity.ERROR, "serious": Severity.ERROR, "moderate": Severity.WARNING}


def judge_accessible_epub(path: Path, *, timeout_s: int = 300) -> Verdict:
    """Ace's verdict on a book; locations are ``lesson-001.xhtml``.

    Raises JudgeMissing where Node, Chromium or the program is not installed, JudgeFailed where it gave no verdict in
    time.
    """
    node, program, browser = _find_node(), find_ace(), find_chromium()
    with TemporaryDirectory() as folder:
        command = [node, str(program), "--silent", "--force", "--outdir", folder, str(path)]
        run = run_judge(_PROGRAM, command, timeout_s=timeout_s, environment={"PUPPETEER_EXECUTABLE_PATH": browser})
        try:
            report = json.loads((Path(folder) / "report.json").read_text(encoding="utf-8"))
            version = str(report["earl:assertedBy"]["doap:release"]["doap:revision"])
            return Verdict(_PROGRAM, version, str(path), tuple(_problems(report["assertions"])))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise JudgeFailed(_PROGRAM, (run.stderr or run.stdout).decode(errors="replace")) from error


def find_ace() -> Path:
    """``JETKI_ACE``, or where npm puts it. Raises JudgeMissing."""
    chosen = os.environ.get("JETKI_ACE")
    program = Path(chosen) if chosen else _ROOT / _ACE
    if not program.is_file():
        raise JudgeMissing(_PROGRAM, _INSTALL_ACE)
    return program


def _find_node() -> str:
    node = shutil.which("node")
    if node is None:
        raise JudgeMissing(_PROGRAM, _INSTALL_NODE)
    return node


def _problems(files: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    for file in files:
        for one in file["assertions"]:
            test, result = one["earl:test"], one["earl:result"]
            if result["earl:outcome"] == "fail":
                severity = _SEVERITIES.get(test["earl:impact"], Severity.NOTE)
                message = " ".join(str(result.get("dct:description", "")).split())
                yield Problem(severity, test["dct:title"], message, file["earl:testSubject"]["url"])
