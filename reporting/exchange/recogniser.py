"""Places every block of a published report: under its department, its action and its section.

One recogniser for all formats. It tells by itself whether a document is one department's report
or actions across departments. What it can't place it lists; it never guesses silently.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from reporting.exchange import headings
from reporting.exchange.blocks import Block, Document
from reporting.exchange.headings import Catalogue, Heading
from strategy.dates import PartialDate

SHORT_TITLE = 250  # characters; a title is not a paragraph


@dataclass(slots=True)
class Section:
    """What one department says under one action in one section."""

    department: str
    action: int
    kind: str  # "notes", "commitment", "progress" or "planned"
    when: PartialDate | None
    line: int
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Unplaced:
    line: int
    words: str
    why: str
    fatal: bool = False


@dataclass(slots=True)
class Placement:
    document: Document
    across: bool = False  # a slice by action across departments, not one department's whole report
    sections: list[Section] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    stated: PartialDate | None = None
    left_out: list[str] = field(default_factory=list)


def recognise(
    document: Document, catalogue: Catalogue, *, department: str = "", keep_unplaced: bool = False
) -> Placement:
    """`department`: its code, where the caller knows whose report it is. Nothing is raised: problems are
    listed in `unplaced`; those that are not fatal become notes with `keep_unplaced`."""
    return _Reading(document, catalogue, department, keep_unplaced).run()


class _Reading:
    def __init__(self, document: Document, catalogue: Catalogue, department: str, keep: bool) -> None:
        self.document, self.catalogue, self.keep = document, catalogue, keep
        self.placement = Placement(document)
        self.marked_up = False
        marked = [self._heading(block) for block in document.blocks if block.level]
        # Headings that name only a title don't make a document marked up: its sections are then plain lines.
        self.marked_up = any(heading and heading.kind not in {"unknown", "department"} for heading in marked)
        self.named = [self._heading(block) for block in document.blocks]
        levels = {
            kind: [
                (block.level, index)
                for index, (block, heading) in enumerate(zip(document.blocks, self.named, strict=True))
                if heading and heading.kind == kind
            ]
            for kind in ("action", "department")
        }
        first_action = levels["action"][0][1] if levels["action"] else len(self.named)
        self.across = any(index > first_action for _, index in levels["department"]) and not department
        self.by_department = self.across and min(levels["department"]) < min(levels["action"])
        self.department, self.action = department, 0
        self.section: Section | None = None
        self.seen: dict[tuple[str, int, str, str], int] = {}
        self.action_notes: list[Block] = []
        self.waiting: list[Block] = []  # kept although unplaced, until an action comes

    # What a block names ---------------------------------------------------------------------------

    def _heading(self, block: Block) -> Heading | None:
        marked = block.level > 0
        if not marked and not block.strong and (self.marked_up or block.kind != "paragraph"):
            return self._unmarked(block)
        if len(block.plain) > headings.LONGEST_HEADING:
            return Heading("unknown", why="it is marked as a heading and is too long for one") if marked else None
        found = headings.section(block.plain) or headings.action(block.plain, self.catalogue, marked=marked)
        if found:
            return found
        if code := headings.department(block.plain, self.catalogue):
            return Heading("department", department=code)
        if marked and headings.plain_name(block.plain) in self.catalogue.themes:
            return Heading("theme")
        if marked:
            return Heading("unknown", why="it is no action, department or known section")
        return self._like_a_heading(block)

    def _unmarked(self, block: Block) -> Heading | None:
        """In a document that marks its headings, a plain line that reads as one is doubtful."""
        if block.kind == "paragraph" and self.marked_up:
            found = headings.section(block.plain)
            if found and found.kind != "unknown":
                return Heading("unknown", why="it reads like a section heading and is not marked as one")
        return None

    def _like_a_heading(self, block: Block) -> Heading | None:
        """In plain text: a short line with a year and no full stop. It may be a section that we don't know."""
        words = block.plain.split()
        ends_open = block.plain[-1:].isalnum() or block.plain[-1:] == ")"
        has_year = any(word.strip("():,").isdigit() and len(word.strip("():,")) == 4 for word in words)
        if not self.marked_up and len(words) <= 6 and ends_open and has_year:
            if not block.plain[0].isupper() or headings.DATED.fullmatch(block.plain):
                return None
            if headings.stated_date_or_none(block.plain):
                return None
            return Heading("unknown", why="it reads like a heading of a section that is not known")
        return None

    # One pass over the document -------------------------------------------------------------------

    def run(self) -> Placement:
        self.placement.across = self.across
        for block, heading in zip(self.document.blocks, self.named, strict=True):
            if heading and self._is_title(block, heading):
                continue
            if heading is None:
                self._body(block)
            elif heading.kind == "action":
                self._action(block, heading.action)
            elif heading.kind == "department":
                self._department(block, heading.department)
            elif heading.kind == "theme":
                self.action, self.section = 0, None
            elif heading.kind == "unknown":
                self._unknown(block, heading)
            else:
                self._section(block, heading)
        self._drop_empty()
        if not any(section.kind != "notes" for section in self.placement.sections):
            self._problem(Block(1, 0, "paragraph", "", ""), *self._nothing_found(), fatal=True)
        return self.placement

    def _nothing_found(self) -> tuple[str]:
        if not any(heading and heading.kind == "action" for heading in self.named):
            return ("no heading of an action was found",)
        return ("no commitment and no year of progress or plans was found",)

    def _problem(self, block: Block, why: str, *, fatal: bool = False) -> None:
        self.placement.unplaced.append(Unplaced(block.line, block.plain, why, fatal))

    def _before_structure(self) -> bool:
        return not self.action and not self.placement.sections and self.section is None

    def _is_title(self, block: Block, heading: Heading) -> bool:
        """Headings before the first action, a department's name and dates among them."""
        if self.action or self.placement.sections:
            return False
        if heading.kind == "department" and not self.by_department:
            self._name_department({heading.department})
            return True
        return heading.kind == "unknown" and not heading.fatal and self._front(block)

    def _front(self, block: Block) -> bool:
        """Title and dates at the head of a document. False: the block is neither."""
        try:
            stated = headings.stated_date(block.plain)
        except ValueError as error:
            self._problem(block, str(error).rstrip("."), fatal=True)
            return True
        if stated:
            self.placement.stated = max(stated, self.placement.stated or stated)
            return True
        said = block.plain.removeprefix("From:").strip()
        named = headings.departments_in(said, self.catalogue)
        titled = headings.plain_name(self.catalogue.title) in headings.plain_name(said)
        if (block.level == 1 or titled or named) and len(said) <= SHORT_TITLE and said[-1:] not in ".;":
            self._name_department(named)
            return True
        return False

    def _name_department(self, codes: set[str]) -> None:
        if len(codes) == 1 and not self.department and not self.across:
            self.department = next(iter(codes))

    def _action(self, block: Block, number: int) -> None:
        self.action, self.section, self.action_notes = number, None, []
        if self.across and not self.by_department:
            self.department = ""
            if self._repeated(("", number, "action", ""), block, f"action {number} has a heading"):
                return
        elif not self.department:
            self._problem(
                block, "the document doesn't say whose report it is: name it with --department", fatal=True
            )
            self.department = "?"
        else:
            self._start_notes(block)

    def _department(self, block: Block, code: str) -> None:
        if not self.across:
            if code != self.department:
                why = f"this part is another department's: the report is {self.department or 'nobody'}'s"
                self._problem(block, why, fatal=True)
            return
        self.department = code
        if self.by_department:
            self.action, self.section = 0, None
        elif self.action:
            self._start_notes(block)

    def _start_notes(self, block: Block) -> None:
        key = (self.department, self.action, "notes", "")
        if self._repeated(key, block, f"{self.department} under action {self.action} has a heading"):
            return
        self.section = Section(self.department, self.action, "notes", None, block.line)
        self.section.blocks += [*self.waiting, *self.action_notes]
        if not self.across:
            self.waiting = []
        self.placement.sections.append(self.section)

    def _section(self, block: Block, heading: Heading) -> None:
        if not self.action or not self.department:
            missing = "an action" if not self.action else "a department"
            return self._problem(block, f"a section stands before the first heading of {missing}", fatal=True)
        key = (self.department, self.action, heading.kind, str(heading.when))
        if not self._repeated(key, block, f"this section of action {self.action} has a heading"):
            self.section = Section(self.department, self.action, heading.kind, heading.when, block.line)
            self.placement.sections.append(self.section)
        return None

    def _repeated(self, key: tuple[str, int, str, str], block: Block, what: str) -> bool:
        if key in self.seen:
            self._problem(block, f"{what} a second time; the first is in line {self.seen[key]}", fatal=True)
            return True
        self.seen[key] = block.line
        return False

    def _unknown(self, block: Block, heading: Heading) -> None:
        self._problem(block, heading.why, fatal=heading.fatal)
        if self.keep and not heading.fatal:
            self._keep(block)
            if self.section:  # what stands under an unknown heading goes with it
                self.section = self._notes_of(self.section.department, self.section.action)

    def _keep(self, block: Block) -> None:
        text = Block(block.line, 0, "paragraph", block.text, block.plain)
        notes = self._notes_of(self.department, self.action) if self.action and self.department else None
        (notes.blocks if notes else self.action_notes if self.action else self.waiting).append(text)

    def _notes_of(self, department: str, action: int) -> Section:
        return next(
            section
            for section in self.placement.sections
            if (section.department, section.action, section.kind) == (department, action, "notes")
        )

    def _body(self, block: Block) -> None:
        if self.section is not None:
            self.section.blocks.append(block)
        elif not self.action and not self.placement.sections and self._front(block):
            return
        elif self.action and not self.department and block.plain.endswith(":"):
            self.placement.left_out.append(f"line {block.line}: {block.plain}")  # leads into the departments
        elif self.action and not self.department:
            self.action_notes.append(block)
        else:
            self._problem(block, "it stands before the first heading of an action")
            if self.keep:
                self._keep(block)

    def _drop_empty(self) -> None:
        for section in self.placement.sections:
            if not section.blocks and section.kind != "notes":
                self.placement.left_out.append(f"line {section.line}: a heading with nothing under it")
        self.placement.sections = [section for section in self.placement.sections if section.blocks]


def problems(placements: Sequence[Placement], *, keep_unplaced: bool) -> list[str]:
    """One sentence for each thing that stands in the way, with file and place."""
    said = []
    for placement in placements:
        document = placement.document
        for item in placement.unplaced:
            if item.fatal or not keep_unplaced:
                words = f" “{_cut(item.words)}”:" if item.words else ""
                said.append(f"{document.name}, {document.place} {item.line}:{words} {item.why}.")
    return said


def _cut(words: str, most: int = 80) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
