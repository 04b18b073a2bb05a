"""A world to write in, and sessions of people who are signed in. As a process of its own it also migrates."""

import json
import subprocess
import sys
from dataclasses import asdict

from tests.torture.clients import Desk
from tests.torture.servers import ROOT

TOGETHER = 2  # the last so many clients write to one entry: what is kept beside another's text counts too


def desks(clients: int) -> list[Desk]:
    """One leader for each client; each has a department's entry to themselves, except those who share one."""
    from django.test import Client

    from reporting.domain import mail, people
    from reporting.models import User
    from tests.world import World

    count = max(1, clients - TOGETHER + 1)
    found = []
    with mail.nobody_is_told():
        world = World.small(count=count)
        world.open(2022)
        for number in range(clients):
            department = world.departments[min(number, count - 1)]
            person = User.objects.create_user(f"writer-{number}@example.invalid", name=f"Writer {number}")
            people.give_role(actor=world.reviewer, person=person, role="leader", department=department)
            browser = Client()
            browser.force_login(person)
            path = f"/filing/{world.strategy.slug}/2022/{department.slug}/actions/1/"
            found.append(Desk(path, browser.cookies["sessionid"].value))
    return found


def in_a_process(env: dict[str, str], clients: int) -> list[Desk]:
    command = [sys.executable, "-m", "tests.torture.prepare", str(clients)]
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, timeout=120, check=True)
    return [Desk(**desk) for desk in json.loads(done.stdout)]


def main() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    print(json.dumps([asdict(desk) for desk in desks(int(sys.argv[1]))]))


if __name__ == "__main__":
    main()
