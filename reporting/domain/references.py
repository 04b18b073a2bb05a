"""References that never change and are never reused: GDS-7, GDS-7/MOD, GDS-7/MOD/2015/2, GDS/MOD/2014/e2."""


def action(strategy: str, number: int) -> str:
    return f"{strategy}-{number}"


def pair(strategy: str, number: int, department: str) -> str:
    return f"{strategy}-{number}/{department}"


def activity(strategy: str, number: int, department: str, year: int, activity_number: int) -> str:
    return f"{strategy}-{number}/{department}/{year}/{activity_number}"


def version(strategy: str, number: int, department: str, version_number: int) -> str:
    return f"{strategy}-{number}/{department}/v{version_number}"


def report(strategy: str, department: str, year: int) -> str:
    return f"{strategy}/{department}/{year}"


def edition(strategy: str, department: str, year: int, edition_number: int) -> str:
    return f"{strategy}/{department}/{year}/e{edition_number}"


def anchor(reference: str) -> str:
    """The same reference as an element's id: GDS-7-MOD-2015-2."""
    return reference.replace("/", "-")
