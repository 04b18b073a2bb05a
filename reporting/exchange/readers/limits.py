"""How large and how deep a file may be. All of it is checked before the costly step that it protects."""

import time
from dataclasses import dataclass, field

from reporting.exchange.errors import Unreadable

FILE_BYTES = 5 * 1024 * 1024
BLOCKS = 20_000
BLOCK_CHARACTERS = 20_000  # of one paragraph or list item
READING_SECONDS = 3.5  # for one file, conversion included; what a command needs around it comes on top

HTML_TAGS = 100_000  # the parser takes 300 bytes for an element and its text
HTML_ATTRIBUTES = 300_000
HTML_TAG_ATTRIBUTES = 3_000  # the parser's time grows with the square of it

MARKDOWN_TOKENS = 100_000  # 500 bytes each
MARKDOWN_DEPTH = 60  # lists and quotations within one another

ARCHIVE_MEMBERS = 1_000
ARCHIVE_BYTES = 20 * 1024 * 1024  # all members, unpacked
XML_BYTES = 4 * 1024 * 1024  # all XML parts: pandoc needs 40 times as much
XML_DEPTH = 200
OFFICE_HTML_BYTES = 10 * 1024 * 1024  # what pandoc makes of it
PANDOC_SECONDS = 3.0
PANDOC_HEAP = "90M"  # with it the process stays under 200 MB; 3,000 paragraphs fit


def megabytes(size: int) -> str:
    return f"{size // (1024 * 1024)} MB"


@dataclass(slots=True)
class Budget:
    """What is left for one file: blocks and time."""

    name: str
    place: str  # "line" or "paragraph"
    blocks: int = 0
    ends: float = field(default_factory=lambda: time.monotonic() + READING_SECONDS)

    def fault(self, sentence: str, number: int = 0) -> Unreadable:
        return Unreadable(self.name, sentence, f"{self.place} {number}" if number else "")

    def spend(self, number: int, characters: int) -> None:
        """Called for each block, before its words are worked on."""
        self.blocks += 1
        if self.blocks > BLOCKS:
            raise self.fault(f"the file has more than {BLOCKS:,} paragraphs; split it.", number)
        self.check_length(number, characters)
        if time.monotonic() > self.ends:
            raise self.fault("reading takes too long from here on; split the file or make it simpler.", number)

    def check_length(self, number: int, characters: int) -> None:
        if characters > BLOCK_CHARACTERS:
            sentence = f"a paragraph of {characters:,} characters is too long; split it"
            raise self.fault(f"{sentence} (the most is {BLOCK_CHARACTERS:,}).", number)
