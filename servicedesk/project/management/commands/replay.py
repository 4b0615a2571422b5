"""Plays stories through the real actions and compares the figures they expect (docs/replay.md)."""

import logging
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from servicedesk.project.embedded import ServiceError
from servicedesk.project.replay.database import throwaway_database
from servicedesk.project.replay.document import Case, FileError, read_case
from servicedesk.project.replay.play import mistakes_of, play
from servicedesk.project.replay.world import StoryError

DIFFERS, BAD_FILE = 1, 2


class Command(BaseCommand):
    help = "Replay stories: exit 0 when every expectation holds, 1 when one differs, 2 when a file cannot be played."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        logging.disable(logging.WARNING)
        cases = self.read(files)
        differing = 0
        for path, case in cases:
            self.stdout.write(f"{path.name}: {case.title}")
            differing += self.replay(case)
        if differing:
            self.stdout.write(f"{differing} expectations differ")
            raise SystemExit(DIFFERS)
        self.stdout.write("all expectations hold")

    def read(self, files: list[Path]) -> list[tuple[Path, Case]]:
        """The cases; ends with 2 after naming every mistake of every file."""
        cases, bad = [], False
        for path in files:
            try:
                case = read_case(path)
                mistakes = mistakes_of(case)
            except FileError as error:
                case, mistakes = None, error.mistakes
            for mistake in mistakes:
                self.stderr.write(f"{path}: {mistake}")
            bad = bad or bool(mistakes)
            if case is not None:
                cases.append((path, case))
        if bad:
            raise SystemExit(BAD_FILE)
        return cases

    def replay(self, case: Case) -> int:
        """How many expectations differ; ends with 2 where the story cannot be told to its end."""
        try:
            with translation.override("en"), throwaway_database():
                lines = play(case, self.stdout.write)
        except (StoryError, ServiceError) as error:
            self.stderr.write(str(error))
            raise SystemExit(BAD_FILE) from error
        return sum(not line.agrees for line in lines)
