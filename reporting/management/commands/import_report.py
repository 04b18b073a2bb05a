import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from reporting.exchange.reports import import_report
from reporting.management.exchange import ExchangeCommand, partial_date_or_none
from reporting.models import User


class Command(ExchangeCommand):
    help = (
        "Published reports, word for word: .txt, .md, .html, .docx or .odt; one department's report, "
        "or actions across departments. Several files are one import."
    )

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--strategy", required=True, metavar="CODE")
        parser.add_argument("--department", default="", metavar="ACRONYM", help="where the document doesn't say")
        parser.add_argument("--published", default="", help="when it was published: 2015-01-16")
        parser.add_argument("--note", default="", help="why this edition: readers see it")
        parser.add_argument(
            "--keep-unplaced", action="store_true", help="file what can't be placed as notes, instead of refusing"
        )

    def work(self, actor: User, options: dict[str, Any]) -> dict[str, Any]:
        outcome = import_report(
            options["files"],
            actor=actor,
            strategy_code=options["strategy"],
            department_code=options["department"],
            published=partial_date_or_none("--published", options["published"]),
            note=options["note"],
            keep_unplaced=options["keep_unplaced"],
            progress=self.progress,
        )
        return asdict(outcome)

    def progress(self, done: int, of: int) -> None:
        """A bar on a terminal, for imports of many files."""
        if of > 1 and sys.stderr.isatty():
            sys.stderr.write(f"\rReading [{'#' * (20 * done // of):20}] {done + 1} of {of}")
            sys.stderr.write("\n" if done + 1 == of else "")
            sys.stderr.flush()

    def tell(self, outcome: dict[str, Any]) -> list[str]:
        lines = [f"Round of {year} opened and closed as history." for year in outcome["rounds_opened"]]
        for row in outcome["editions"]:
            what = "new edition" if row["new"] else "already there"
            lines.append(
                f"{row['edition']}: {what}, {row['entries']} actions, "
                f"{row['planned_activities']} activities planned for {row['year'] + 1}."
            )
            lines += [f"  {change}" for change in row["changes"]]
            if row["new"] and not row["current"]:
                lines.append("  A later publication is known: this edition is kept on record and is not current.")
        states = Counter((row["state"].replace("_", " "), row["new"]) for row in outcome["commitments"])
        for (state, new), count in sorted(states.items()):
            lines.append(f"Commitments {state}: {count} {'new' if new else 'already there'}.")
        lines += [f"Left out: {item}" for item in outcome["left_out"]]
        if not outcome["changed"]:
            lines.append("Nothing is new: the database already says all of this.")
        return lines
