"""What a library's program and the test that started it say to each other: the program prints the URL that a person's
browser has to open, and reads the URL at which that browser came back."""

import os
import sys


def authorize(url: str) -> str:
    """The URL of the callback, after somebody has signed in and allowed everything."""
    print(f"authorize {url}", flush=True)
    return sys.stdin.readline().strip()


def setting(name: str) -> str | None:
    """A setting that the test gave; None where it gave none."""
    return os.environ.get(f"INTEROP_{name}") or None


def done() -> None:
    """The last line: everything held."""
    print("done", flush=True)
