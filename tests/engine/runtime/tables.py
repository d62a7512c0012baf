"""Small DMN tables for tests, drawn with few words: a row is its inputs, '|', its outputs, separated by ';'."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from engine.definitions import Finding
from engine.runtime.decisions import Decision, decide
from engine.runtime.decisions_reading import read_decisions
from engine.runtime.findings import Findings

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="rules" name="Rules" namespace="urn:test">\n'
)


def table(
    columns: str, *rows: str, policy: str = "", key: str = "grade", requires: Sequence[str] = (), inside: str = ""
) -> str:
    """A decision with a table, a rule a line.

    Args:
        columns: As in 'score:number; kind | level:string="high","low"=>"low"': inputs, then outputs; after ':' the
            type, after '=' the values it may have, after '=>' the default of an output.
        rows: As in '>= 5; "a" | "high"'.
        policy: As in 'COLLECT SUM'; '' says nothing.
        key: Id of the decision.
        requires: Ids of the decisions it requires.
        inside: More elements of the decision.
    """
    inputs, outputs = columns.split("|")
    needed = "".join(
        f'<informationRequirement><requiredDecision href="#{one}"/></informationRequirement>' for one in requires
    )
    body = "\n".join(
        [
            *(_input(column, place) for place, column in enumerate(_parts(inputs))),
            *(_output(column, place) for place, column in enumerate(_parts(outputs))),
            *(_rule(row, number) for number, row in enumerate(rows, 1)),
        ]
    )
    if key != "grade":
        body = body.replace(' id="', f' id="{key}_')
    return (
        f"<decision id={quoteattr(key)} name={quoteattr(key)}>{needed}{inside}<decisionTable{_policy(policy)}>\n"
        f"{body}\n</decisionTable></decision>"
    )


def drawn(*decisions: str) -> bytes:
    """A DMN file with these decisions."""
    return f"{HEAD}{chr(10).join(decisions)}\n</definitions>".encode()


def made(*decisions: str) -> dict[str, Decision]:
    """The decisions of a drawn file that has no findings."""
    findings = Findings("rules.dmn")
    read = read_decisions(findings, drawn(*decisions))
    assert findings.found == []
    return read


def findings(*decisions: str) -> dict[str, Finding]:
    """What is wrong with the decisions, by code."""
    found = Findings("rules.dmn")
    read_decisions(found, drawn(*decisions))
    return {finding.code: finding for finding in found.found}


def decided(decision: str, data: Mapping[str, Any] | None = None, **more: object) -> object:
    """What one table gives over the data."""
    decisions = made(decision)
    return decide(decisions, next(iter(decisions)), {**(data or {}), **more})


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _policy(policy: str) -> str:
    name, _, how = policy.partition(" ") if policy.startswith("COLLECT") else (policy, "", "")
    return (f' hitPolicy="{name}"' if name else "") + (f' aggregation="{how}"' if how else "")


def _column(text: str) -> tuple[str, str, str, str]:
    column, _, default = text.partition("=>")
    column, _, values = column.partition("=")
    name, _, kind = column.partition(":")
    return name.strip(), f' typeRef="{kind.strip()}"' if kind else "", values, default


def _input(text: str, place: int) -> str:
    name, kind, values, _ = _column(text)
    allowed = f"<inputValues><text>{escape(values)}</text></inputValues>" if values else ""
    return (
        f'<input id="in{place}"><inputExpression{kind}><text>{escape(name)}</text></inputExpression>{allowed}</input>'
    )


def _output(text: str, place: int) -> str:
    name, kind, values, default = _column(text)
    allowed = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
    otherwise = f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else ""
    return f'<output id="out{place}" name="{name}"{kind}>{allowed}{otherwise}</output>'


def _rule(row: str, number: int) -> str:
    cells, entries = (part.split(";") for part in row.split("|"))
    inside = "".join(f"<inputEntry><text>{escape(cell.strip())}</text></inputEntry>" for cell in cells if cell.strip())
    inside += "".join(f"<outputEntry><text>{escape(entry.strip())}</text></outputEntry>" for entry in entries)
    return f'<rule id="r{number}">{inside}</rule>'
