"""Published reports in: files are read, recognised, merged, compared and handed to the domain's verbs."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from reporting.domain import commitments, editions, publication, references, review, rounds
from reporting.domain.demonstration import refuse_in_demonstration
from reporting.domain.editions import Content
from reporting.domain.errors import NotPossible
from reporting.exchange import recogniser
from reporting.exchange.blocks import to_markdown
from reporting.exchange.errors import Refused, Unreadable
from reporting.exchange.headings import Catalogue
from reporting.exchange.readers import read
from reporting.exchange.recogniser import Placement, Section
from reporting.models import Edition, EditionActivity, Round, User
from strategy.dates import PartialDate
from strategy.models import Action, CommitmentVersion, Department, Strategy

Progress = Callable[[int, int], None]  # how many files are read, of how many


@dataclass(slots=True)
class Part:
    """Everything that the files say of one department."""

    department: Department
    across: bool  # a slice by action: what it doesn't speak of stays as it was
    commitments: dict[int, Section] = field(default_factory=dict)
    rounds: dict[int, dict[int, dict[str, str]]] = field(default_factory=dict)  # year, action, field
    notes: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Outcome:
    """What an import did, or would do: for people and as JSON."""

    strategy: str
    files: list[dict[str, Any]] = field(default_factory=list)
    rounds_opened: list[int] = field(default_factory=list)
    editions: list[dict[str, Any]] = field(default_factory=list)
    commitments: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    changed: bool = False


def catalogue_of(strategy: Strategy) -> Catalogue:
    wordings = {
        action.number: (*(wording.text for wording in action.wordings.all()), action.short_name)
        for action in strategy.actions.prefetch_related("wordings")
    }
    departments = {
        department.code: tuple({word for row in department.names.all() for word in (row.name, row.acronym)})
        for department in Department.objects.prefetch_related("names")
    }
    return Catalogue.of(
        strategy.code, strategy.title, wordings, departments, [theme.title for theme in strategy.themes.all()]
    )


def find_strategy(code: str) -> Strategy:
    strategy = Strategy.objects.filter(code__iexact=code).first()
    if strategy is None:
        known = ", ".join(Strategy.objects.values_list("code", flat=True)) or "none yet"
        raise NotPossible(f"There is no strategy {code}: import it first (known: {known}).")
    return strategy


def find_department(code: str) -> Department:
    department = Department.objects.filter(code__iexact=code).first()
    if department is None:
        raise NotPossible(f"There is no department {code}: import it first with import_departments.")
    return department


@transaction.atomic
def import_report(
    paths: Sequence[Path],
    *,
    actor: User,
    strategy_code: str,
    department_code: str = "",
    published: PartialDate | None = None,
    note: str = "",
    keep_unplaced: bool = False,
    progress: Progress = lambda done, of: None,
    at: datetime | None = None,
) -> Outcome:
    """Take in published documents. Raises Refused with all problems; then nothing is saved."""
    at = at or timezone.now()
    refuse_in_demonstration()
    strategy = find_strategy(strategy_code)
    department = find_department(department_code) if department_code else None
    placements = _read_all(
        paths, catalogue_of(strategy), department, keep_unplaced=keep_unplaced, progress=progress
    )
    outcome = Outcome(strategy.code)
    for placement in placements:
        document = placement.document
        outcome.files.append({"name": document.name, "sha256": document.sha256, "blocks": len(document.blocks)})
        outcome.left_out += [f"{document.name}, {item}" for item in placement.left_out]
    stated = published or max((p.stated for p in placements if p.stated), default=None)
    parts = _merge(placements)
    for year in sorted({year for part in parts for year in part.rounds}):
        if not strategy.rounds.filter(year=year).exists():
            rounds.open_history(actor=actor, strategy=strategy, year=year, at=at)
            outcome.rounds_opened.append(year)
    single = placements[0].document if len(placements) == 1 else None
    for part in parts:
        taking = _Taking(
            strategy=strategy,
            part=part,
            actor=actor,
            stated=stated,
            note=note,
            source=single.name if single else f"{len(placements)} files",
            sha256=single.sha256 if single else "",
            at=at,
            outcome=outcome,
        )
        taking.run()
    outcome.changed = any(row["new"] for row in [*outcome.editions, *outcome.commitments])
    return outcome


def _read_all(
    paths: Sequence[Path],
    catalogue: Catalogue,
    department: Department | None,
    *,
    keep_unplaced: bool,
    progress: Progress,
) -> list[Placement]:
    code = department.code if department else ""
    placements, faults = [], []
    for done, path in enumerate(paths):
        progress(done, len(paths))
        try:
            document = read(path)
        except Unreadable as error:
            faults.append(str(error))
        else:
            placements.append(
                recogniser.recognise(document, catalogue, department=code, keep_unplaced=keep_unplaced)
            )
    faults += recogniser.problems(placements, keep_unplaced=keep_unplaced)
    if faults:
        raise Refused(faults)
    return placements


def _merge(placements: Sequence[Placement]) -> list[Part]:
    """By department. Several files are one import: the same section in two of them must not differ."""
    departments = {department.code: department for department in Department.objects.prefetch_related("names")}
    parts: dict[str, Part] = {}
    taken: dict[tuple[Any, ...], tuple[str, str]] = {}
    faults = []
    for placement in placements:
        name = placement.document.name
        for section in placement.sections:
            key = (section.department, section.action, section.kind, section.when)
            source = to_markdown(section.blocks)
            if key in taken and section.kind != "notes":
                if taken[key][0] != source:
                    faults.append(
                        f"{name}, {placement.document.place} {section.line}: {section.department}'s "
                        f"{section.kind} under action {section.action} differs from that in {taken[key][1]}."
                    )
                continue
            taken[key] = (source, name)
            part = parts.setdefault(section.department, Part(departments[section.department], placement.across))
            _place(part, section, source)
    if faults:
        raise Refused(faults)
    return [parts[code] for code in sorted(parts)]


def _place(part: Part, section: Section, source: str) -> None:
    if section.kind == "commitment":
        part.commitments[section.action] = section
    elif section.kind == "notes":
        part.notes[section.action] = source
    else:
        assert section.when
        # A plan for a year stands in the report of the year before.
        year = section.when.year - (section.kind == "planned")
        part.rounds.setdefault(year, {}).setdefault(section.action, {})[section.kind] = source


@dataclass(slots=True)
class _Taking:
    """One department's part on its way into editions and commitment versions."""

    strategy: Strategy
    part: Part
    actor: User
    stated: PartialDate | None
    note: str
    source: str
    sha256: str
    at: datetime
    outcome: Outcome

    def run(self) -> None:
        known_from = self.stated or self._known_from()
        newest = max(self.part.rounds, default=None)
        for year in sorted(self.part.rounds):
            said = {
                action: Content(progress=text.get("progress", ""), planned=text.get("planned", ""))
                for action, text in self.part.rounds[year].items()
            }
            if year == newest:
                for action, notes in self.part.notes.items():
                    held = said.get(action, Content())
                    said[action] = Content(progress=held.progress, planned=held.planned, notes=notes)
            self._edition(year, said, known_from)
        actions = {action.number: action for action in self.strategy.actions.all()}
        for number, section in sorted(self.part.commitments.items()):
            notes = "" if newest is not None else self.part.notes.get(number, "")
            self._commitment(actions[number], section, notes, known_from)

    def _known_from(self) -> PartialDate:
        """How recent an undated document is: as the newest year that it speaks of. Where no later round is
        known it may be a correction, and counts as recent as what it corrects."""
        existing = Edition.objects.filter(
            report__department=self.part.department, report__round__strategy=self.strategy
        )
        newest = max(self.part.rounds, default=None)
        if newest is None:
            dates = [section.when for section in self.part.commitments.values() if section.when]
            return max(dates, default=PartialDate.of_day(timezone.localdate(self.at)))
        period = PartialDate.of(newest)
        if existing.filter(report__round__year__gt=newest).exists():
            return period
        held = [row.known_from for row in existing.filter(report__round__year=newest)]
        return max([period, *held])

    def _edition(self, year: int, said: dict[int, Content], known_from: PartialDate) -> None:
        this_round = Round.objects.get(strategy=self.strategy, year=year)
        report = rounds.report_of(actor=self.actor, round=this_round, department=self.part.department, at=self.at)
        held = list(report.editions.all())
        before = [edition for edition in held if edition.known_from <= known_from]
        before.sort(key=lambda edition: (edition.known_from, edition.number))
        base = editions.contents_of(before[-1]) if before else {}
        contents = {**base, **said} if self.part.across else said
        row: dict[str, Any] = {"department": self.part.department.code, "year": year, "entries": len(contents)}
        for edition in before:
            if (edition is before[-1] or edition.known_from == known_from) and _same(
                editions.contents_of(edition), contents
            ):
                self.outcome.editions.append({**row, **self._counts(edition), "new": False, "changes": []})
                return
        changes = _changes(base, contents) if before else []
        edition = review.accept_published(
            actor=self.actor,
            report=report,
            contents=contents,
            known_from=known_from,
            change_note=self.note or ("; ".join(changes) if before else ""),
            source_name=self.source,
            source_sha256=self.sha256,
            at=self.at,
        )
        window = self._publish(edition)
        self.outcome.editions.append(
            {**row, **self._counts(edition), "new": True, "changes": changes, "current": window}
        )

    def _counts(self, edition: Edition) -> dict[str, Any]:
        reference = publication.reference_of(edition)
        planned = EditionActivity.objects.filter(entry__edition=edition).count()
        return {"edition": reference, "planned_activities": planned}

    def _publish(self, content: Edition | CommitmentVersion) -> bool:
        """True where the words are current from now on, not only a part of the record."""
        window = publication.publish(
            content,
            actor=self.actor,
            dated=self.stated or PartialDate.of_day(timezone.localdate(self.at)),
            date_stated=self.stated is not None,
            at=self.at,
        )
        return window.ends is None

    def _commitment(self, action: Action, section: Section, notes: str, known_from: PartialDate) -> None:
        said = commitments.understand(to_markdown(section.blocks), dated=section.when, notes=notes)
        versions = list(
            CommitmentVersion.objects.filter(commitment__department=self.part.department, commitment__action=action)
        )
        version = commitments.already_recorded(versions, said, known_from)
        row = {
            "commitment": references.pair(self.strategy.code, action.number, self.part.department.code),
            "state": said.state,
            "new": version is None,
        }
        if version is None:
            version = commitments.record_version(
                actor=self.actor,
                department=self.part.department,
                action=action,
                new=said,
                known_from=known_from,
                source_name=self.source,
                at=self.at,
            )
            row["current"] = self._publish(version)
        self.outcome.commitments.append({**row, "version": version.number})


def _same(one: dict[int, Content], other: dict[int, Content]) -> bool:
    return one.keys() == other.keys() and all(one[number].same_as(other[number]) for number in one)


def _changes(before: dict[int, Content], after: dict[int, Content]) -> list[str]:
    """In words: which sections of which actions differ from the edition before."""
    changes = defaultdict(list)
    for number in sorted(before.keys() | after.keys()):
        if number not in before:
            changes[number].append("added")
        elif number not in after:
            changes[number].append("left out")
        else:
            for name, title in (("progress", "progress"), ("planned", "planned activities"), ("notes", "notes")):
                one = Content(**{name: getattr(before[number], name)})
                if not one.same_as(Content(**{name: getattr(after[number], name)})):
                    changes[number].append(f"{title} changed")
    return [f"action {number}: {', '.join(what)}" for number, what in changes.items()]
