"""Says which tracked files would not serve somebody else's machine as they serve this one."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements/", "package-lock.json")
HOST = re.compile(r"https?://|file:|--(?:extra-)?index-url|--find-links|--trusted-host", re.IGNORECASE)
FETCHED = ("static/vendor/", "node_modules/", ".venv/", "var/")


def tracked() -> list[str]:
    # Tracked, or about to be. That a checkout belongs to another user, as in a container, is no fault here.
    options = ["-z", "--cached", "--others", "--exclude-standard"]
    command = ["git", "-c", "safe.directory=*", "ls-files", *options]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        sys.exit("This check reads the list of files from git: run it in a clone, with git installed.")
    return sorted({name for name in done.stdout.decode().split("\0") if name and (ROOT / name).is_file()})


def machine_paths() -> re.Pattern[str]:
    # Short ones such as /app or /root are in every container file and say nothing of this machine.
    paths = {path.as_posix() for path in (ROOT, Path.home()) if len(path.parts) > 2}
    return re.compile("(?:" + "|".join(map(re.escape, sorted(paths))) + r")(?![\w.-])" if paths else r"(?!)")


def faults(name: str, elsewhere: re.Pattern[str]) -> list[str]:
    if name.startswith(FETCHED):
        return [f"{name}: made by “make setup” or “make run”; take it out with git rm --cached"]
    try:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:  # an image
        return []
    found = []
    for number, line in enumerate(lines, 1):
        if name.startswith(LOCKS) and HOST.search(line):
            found.append(f"{name}:{number}: names a host; write it again with “make lock”")
        if elsewhere.search(line):
            found.append(f"{name}:{number}: holds a path of this machine; make it relative")
    return found


def main() -> None:
    elsewhere = machine_paths()
    found = [fault for name in tracked() for fault in faults(name, elsewhere)]
    sys.exit("\n".join(found) if found else 0)


if __name__ == "__main__":
    main()
