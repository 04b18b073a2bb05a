"""Copies what the pages need from node_modules to static/vendor, trimmed.

The GDS Transport font and the crown may be used on gov.uk only, so neither may reach our pages:
text falls back to Arial, and the rules that draw the logo and the crest are left out.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "node_modules" / "govuk-frontend"
SOURCE = PACKAGE / "dist" / "govuk"
TARGET = ROOT / "static" / "vendor"

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SOURCE_MAP = re.compile(r"//# sourceMappingURL=\S+\s*")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")  # innermost blocks only: what @media wraps, not @media itself
EMPTY_BLOCK = re.compile(r"@(?:media|supports)[^{};]*\{\s*\}")
BRANDED = re.compile(r"^@font-face$|govuk-footer__(?:crown|copyright-logo)|govuk-logo-dot|govuk-header__logotype")
UNWANTED = re.compile(r"@font-face|GDS Transport|crown|crest|sourceMappingURL|url\((?![\"']?data:)", re.IGNORECASE)

# The MIT licence asks that this travels with the files. The npm package has no such file of its own.
LICENCE = """\
govuk-frontend.min.css and govuk-frontend.min.js are from govuk-frontend {version}; the style sheet is
shortened here (no font files, no logo, no crest).

The MIT License (MIT)

Copyright (c) 2017 Crown Copyright (Government Digital Service)

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense,
and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so,
subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT
LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN
NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY,
WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def keep(rule: re.Match[str]) -> str:
    selectors = rule[1].split(",")
    return "" if all(BRANDED.search(selector.strip()) for selector in selectors) else rule[0]


def trimmed_css(css: str) -> str:
    css = RULE.sub(keep, COMMENT.sub("", css))
    while (shorter := EMPTY_BLOCK.sub("", css)) != css:  # again: @supports may hold only an empty @media
        css = shorter
    css = re.sub(r"[\"']?GDS Transport[\"']?,\s*", "", css).strip() + "\n"
    if found := UNWANTED.search(css):
        sys.exit(
            f"govuk-frontend.min.css still holds “{css[found.start() : found.start() + 60]}” after trimming: "
            "teach scripts/assets.py to remove it before you use this version."
        )
    if css.count("{") != css.count("}"):
        sys.exit("govuk-frontend.min.css was torn by trimming: mend the patterns in scripts/assets.py.")
    return css


def put(name: str, text: str) -> None:
    """Leaves an equal file alone; puts a new one in place by a rename, so that nobody reads half of it."""
    target = TARGET / name
    if target.is_file() and target.read_text(encoding="utf-8") == text:
        return
    unfinished = TARGET / f".{name}.new"
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(target)


def main() -> None:
    if not SOURCE.is_dir():
        sys.exit("node_modules/govuk-frontend is not there: run “make setup”.")
    css = (SOURCE / "govuk-frontend.min.css").read_text(encoding="utf-8")
    script = (SOURCE / "govuk-frontend.min.js").read_text(encoding="utf-8")
    version = re.search(r'"version":\s*"([^"]+)"', (PACKAGE / "package.json").read_text(encoding="utf-8"))
    files = {
        "govuk-frontend.min.css": trimmed_css(css),
        "govuk-frontend.min.js": SOURCE_MAP.sub("", script).rstrip() + "\n",
        "LICENCE.txt": LICENCE.format(version=version[1] if version else "(unknown version)"),
    }
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        put(name, text)
    for stale in TARGET.iterdir():
        if stale.name not in files:
            stale.unlink()


if __name__ == "__main__":
    main()
