"""Every sentence a person may read, as the code has it: what the Vietnamese catalogue must translate."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir

from engine.cases import CaseState
from engine.council_sessions import SessionForm, SessionState
from engine.documents import IncomingState, OutgoingState
from engine.dossiers import DossierState
from engine.work_items import WorkItemState

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "api" / "web" / "templates"

SPEAKING = ("engine", "signing", "storage")
"""Packages whose sentences reach people: refusals, faults, wrong fields, explanations, findings."""
SPEAKING_DOORS = (
    "api/limits.py",
    "api/problems.py",
    "api/rest/fields.py",
    "api/rest/incoming_documents.py",
    "api/rest/invalid.py",
)
NOT_SPOKEN = {
    "AssertionError",
    "Field",
    "NotImplementedError",
    "Path",
    "Query",
    "RuntimeError",
    "TypeError",
    "ValueError",
    "printed",
}
"""Calls whose sentences are for programmers, or printed in documents, which are Vietnamese for everybody."""

SENTENCE = re.compile(r"^['%A-ZĐ].* .*[.]$", re.DOTALL)


def msgids() -> set[str]:
    """Return every msgid."""
    spoken = {text for path in _speaking() for text in _sentences(_tree(path))}
    named = {text for path in _sources("api", *SPEAKING) for text in _named_templates(_tree(path))}
    marked = {text for path in _sources("api/web") for text in _marked(_tree(path))}
    roles = set(_roles(_tree(ROOT / "engine" / "explanations.py")))
    kinds = (CaseState, IncomingState, OutgoingState, WorkItemState, DossierState, SessionForm, SessionState)
    states = {state.value for kind in kinds for state in kind}
    return spoken | named | marked | roles | states | set(_of_templates())


def _speaking() -> Iterator[Path]:
    yield from _sources(*SPEAKING)
    yield from (ROOT / door for door in SPEAKING_DOORS)


def _sources(*packages: str) -> Iterator[Path]:
    for package in packages:
        yield from sorted((ROOT / package).rglob("*.py"))


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _named_templates(tree: ast.Module) -> Iterator[str]:
    """Yield what a class or a call names its template, whether or not it reads like a sentence."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _name(node.targets[0]) == "template":
            yield from _texts(node.value)
        if isinstance(node, ast.keyword) and node.arg == "template":
            yield from _texts(node.value)


def _marked(tree: ast.Module) -> Iterator[str]:
    """Yield what is marked as translated where it is shown."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in {"msgid", "speaks"}:
            yield from _texts(*node.args)


def _roles(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and _name(node.target) == "ROLE_NAMES" and isinstance(node.value, ast.Dict):
            yield from _texts(*node.value.values)


def _of_templates() -> Iterator[str]:
    found = extract_from_dir(TEMPLATES, [("**.html", "jinja2.ext:babel_extract")], keywords={"_": None})
    for _, _, message, _, _ in found:
        yield message if isinstance(message, str) else message[0]


def _sentences(tree: ast.Module) -> Iterator[str]:
    """Yield what reads like a sentence and is neither documentation nor said to programmers."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            skipped.add(id(node.value))
        if isinstance(node, ast.Call) and _name(node.func) in NOT_SPOKEN:
            skipped |= {id(inner) for inner in ast.walk(node)}
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(inner) for inner in ast.walk(node) if inner is not node}
    for node in ast.walk(tree):
        for text in () if id(node) in skipped else _texts(node):
            named = re.sub(r"\{(\w+)\}", r"%(\1)s", text)
            if SENTENCE.match(named):
                yield named


def _texts(*nodes: ast.AST) -> Iterator[str]:
    """Yield the texts among the nodes; what an f-string fills in becomes a named place."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        if isinstance(node, ast.JoinedStr):
            yield "".join(_part(part) for part in node.values)


def _part(part: ast.expr) -> str:
    if isinstance(part, ast.FormattedValue):
        names = re.findall(r"[A-Za-z_]\w*", ast.unparse(part.value))
        return f"%({names[-1].lower()})s"
    return str(part.value) if isinstance(part, ast.Constant) else ""


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
