"""Asks the server in this container whether it answers. The exit status is 0 when it does."""

import http.client
import os
import sys

# Django refuses a host that it was not told of, so the first that it was told of is named.
HOST = (
    os.environ.get("ALLOWED_HOSTS", "localhost").replace(",", " ").split()[0].lstrip(".").replace("*", "localhost")
)


def main() -> None:
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=3)
    try:
        connection.request("GET", "/healthz", headers={"Host": HOST})
        status = connection.getresponse().status
    except OSError as error:
        sys.exit(f"No answer on port 8000: {error}")
    if status != http.client.OK:
        sys.exit(f"/healthz answers {status}.")


if __name__ == "__main__":
    main()
