"""The README's pictures, taken of the demonstration: `make pictures`."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PORT = "8399"
SITE = f"http://127.0.0.1:{PORT}"
PLAN = f"{SITE}/strategies/clear-paths-plan/"
PICTURES = {
    "home": f"{SITE}/",
    "action": f"{PLAN}actions/2/?year=2025#MCF",
    "story": f"{PLAN}departments/ministry-of-harbours-and-ferries/actions/3/",
    "matrix": f"{PLAN}matrix/?year=2025#glance",
}
PASSWORD = "three lamps by the weir"  # noqa: S105 - of the demonstration alone
SCHOOLS = "ministry-of-schools-and-learning"
YEAR = "clear-paths-plan/2026/"
STAFF = {  # who signs in, and what is shown to them
    "entry": ("nessa.quill@demonstration.invalid", f"/filing/{YEAR}ministry-of-homes/actions/4/"),
    "review": (
        "ingrith.solander@demonstration.invalid",
        f"/review/{YEAR}ministry-of-schools-and-learning/actions/4/",
    ),
}
SIZE = {"width": 1100, "height": 1200}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DATA_DIR": folder, "DATABASE_URL": "", "SECOND_FACTOR": "nobody"}
        manage = [sys.executable, str(ROOT / "manage.py")]
        for command in (["migrate", "--verbosity", "0"], ["seed_demo"]):
            subprocess.run([*manage, *command], env=environment, check=True)  # noqa: S603 - our own commands
        server = subprocess.Popen([*manage, "runserver", "--noreload", f"127.0.0.1:{PORT}"], env=environment)  # noqa: S603
        try:
            wait()
            take()
        finally:
            server.terminate()
            server.wait()


def wait() -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{SITE}/healthz")  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit("The server did not start.")


def take() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium-headless-shell",
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        for name, address in PICTURES.items():
            page = browser.new_page(viewport=SIZE)
            page.goto(address)
            page.screenshot(path=str(ROOT / "docs" / "pictures" / f"{name}.png"))
        for name, (person, address) in STAFF.items():
            page = browser.new_context(viewport=SIZE).new_page()
            page.goto(f"{SITE}/account/sign-in/")
            page.get_by_label("E-mail address").fill(person)
            page.locator("[type=password]").fill(PASSWORD)
            page.get_by_role("button", name="Sign in", exact=True).click()
            page.goto(SITE + address)
            page.screenshot(path=str(ROOT / "docs" / "pictures" / f"{name}.png"))
        browser.close()


if __name__ == "__main__":
    main()
