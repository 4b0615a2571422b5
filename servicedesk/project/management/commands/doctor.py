"""`manage.py doctor`: tells what is wrong with an installation."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from servicedesk.project.doctor import Finding, Verdict, examine


class Command(BaseCommand):
    """Exit code 1 when anything fails; warnings do not count."""

    help = "Examines this installation, one line a finding: OK, WARN or FAIL, with what to do."
    # Faults the system checks would stop at are findings here.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--json`."""
        parser.add_argument("--json", action="store_true", help="one JSON list instead of lines")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the findings. Raises SystemExit(1) when one of them fails."""
        findings: list[Finding] = []
        for finding in examine():
            findings.append(finding)
            if not options["json"]:
                self.stdout.write(self.line(finding))
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
        if any(finding.verdict == Verdict.FAIL for finding in findings):
            raise SystemExit(1)

    def line(self, finding: Finding) -> str:
        """Return a finding as a line, its verdict in colour at a terminal."""
        paint = {Verdict.OK: self.style.SUCCESS, Verdict.WARN: self.style.WARNING, Verdict.FAIL: self.style.ERROR}
        hint = f" — {finding.hint}" if finding.hint else ""
        return f"{paint[finding.verdict](f'{finding.verdict:<4}')}  {finding.subject}: {finding.words}{hint}"
