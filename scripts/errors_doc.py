"""Write docs/errors.md from the error classes: every code, the answer it gets at the door, the sentence people read."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

from api.problems import status_of
from engine import errors
from engine.errors import VanthuError

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "errors.md"
PACKAGES = ("api", "engine", "exchange", "signing", "storage")

FAMILIES: dict[type[VanthuError], tuple[int, str]] = {
    errors.Invalid: (422, "The input is wrong; `errors` names every wrong field at once."),
    errors.Forbidden: (403, "The person may see the thing but not do this to it."),
    errors.NotFound: (404, "Not there, or not for this person to know: one answer for both."),
    errors.Conflict: (409, "What is asked does not fit the present state."),
    errors.NeighbourAway: (503, "A service Vanthu depends on does not answer; the same call may succeed later."),
    errors.OurFault: (500, "Vanthu is wrong, or its installation is incomplete; the log has the cause."),
}
"""The HTTP status of each family, and what the family means."""

HEAD = """# Errors

Made by `make docs` from the classes; edit those. Every refusal and fault has a code that never changes and a sentence
for people. REST answers with a problem document (RFC 9457) that carries both; pages show the sentence in the reader's
language. What stands in {braces} is filled in.
"""


def import_everything() -> None:
    """Import every module of the product, so that every class is known; migrations are scripts, not modules."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if not module.name.startswith("storage.migrations"):
                importlib.import_module(module.name)


def descendants(kind: type[VanthuError]) -> Iterator[type[VanthuError]]:
    """Yield every class below *kind*, each once for each way down to it."""
    for child in kind.__subclasses__():
        yield child
        yield from descendants(child)


def catalogue() -> list[type[VanthuError]]:
    """Return the product's error classes that can be raised: all but the root, the two sides and the six families."""
    import_everything()
    # A class that only others are made from has no code of its own.
    general = {errors.Refusal, errors.Fault, *FAMILIES}
    known = {kind for kind in descendants(VanthuError) if kind.__module__.split(".")[0] in PACKAGES}
    bases = {kind for kind in known if kind.__subclasses__() and not hasattr(kind, "code")}
    return sorted(known - general - bases, key=lambda kind: (kind.__module__, kind.__name__))


def line_for(kind: type[VanthuError]) -> str:
    """Return the table row of one class."""
    sentence = re.sub(r"%\((\w+)\)[a-z]", r"{\1}", kind.template).replace("%%", "%").replace("|", r"\|")
    status = status_of(kind.__new__(kind))
    return f"| `{kind.code}` | {status} | {sentence} | `{kind.__module__}.{kind.__name__}` |"


def rendered() -> str:
    """Return the whole document."""
    parts = [HEAD]
    for family, (status, meaning) in FAMILIES.items():
        rows = sorted(line_for(kind) for kind in catalogue() if issubclass(kind, family))
        table = "\n".join(["| code | status | sentence | class |", "|---|---|---|---|", *rows]) if rows else "None yet."
        parts.append(f"## {status} {family.__name__}\n\n{meaning}\n\n{table}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(rendered(), encoding="utf-8")
