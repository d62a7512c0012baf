"""The house rules that a syntax tree can show: each takes a module and yields the places that break it."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.architecture.source import Finding, Module, dotted, functions

FUNCTION_LINES = 40
NESTING = 3
PARAMETERS = 6
MODULE_LINES = 400
FORBIDDEN_NAMES = {"base", "common", "helpers", "manager", "misc", "utils"}

_BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_CHANCE = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|monotonic)(_ns)?|uuid[1-8]|os\.urandom"
    r"|random\.\w+|secrets\.\w+)$"
)
_BROAD = {"Exception", "BaseException"}


def _found(module: Module, node: ast.stmt | ast.expr | ast.ExceptHandler | ast.arg, what: str) -> Finding:
    return Finding(path=module.path, line=node.lineno, what=what)


def long_functions(module: Module) -> Iterator[Finding]:
    """A function fits on a screen."""
    for function in functions(module):
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > FUNCTION_LINES:
            yield _found(module, function, f"{function.name} has {lines} lines, at most {FUNCTION_LINES}")


def _depth(node: ast.AST, chained: bool = False) -> int:
    """Return how many blocks lie in one another below *node*; an elif is as deep as its if."""
    if isinstance(node, (*_SCOPES, ast.expr)):  # no block lies in an expression
        return 0
    own = 1 if isinstance(node, _BLOCKS) and not chained else 0
    orelse = node.orelse if isinstance(node, ast.If) else []
    is_elif = len(orelse) == 1 and isinstance(orelse[0], ast.If)
    children = (_depth(child, is_elif and child is orelse[0]) for child in ast.iter_child_nodes(node))
    return own + max(children, default=0)


def deep_functions(module: Module) -> Iterator[Finding]:
    """A function leaves early instead of nesting."""
    for function in functions(module):
        depth = max((_depth(statement) for statement in function.body), default=0)
        if depth > NESTING:
            yield _found(module, function, f"{function.name} nests {depth} deep, at most {NESTING}")


def many_parameters(module: Module) -> Iterator[Finding]:
    """A function that needs much takes a value that holds it."""
    for function in functions(module):
        given = function.args
        names = [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
        count = len([name for name in names if name not in {"self", "cls"}])
        if count > PARAMETERS:
            yield _found(module, function, f"{function.name} takes {count} parameters, at most {PARAMETERS}")


def long_module(module: Module) -> Iterator[Finding]:
    """A module has one subject."""
    if len(module.lines) > MODULE_LINES:
        yield Finding(
            path=module.path, line=1, what=f"{len(module.lines)} lines, at most {MODULE_LINES}: split by noun"
        )


def vague_name(module: Module) -> Iterator[Finding]:
    """A file is named after what it is about."""
    path = PurePosixPath(module.path)
    for part in (*path.parent.parts, path.stem):
        if part in FORBIDDEN_NAMES:
            yield Finding(path=module.path, line=1, what=f"'{part}' says nothing; name the subject")


def open_dataclasses(module: Module) -> Iterator[Finding]:
    """What the engine knows is frozen, slotted and keyword-only."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.ClassDef):
            continue
        for decorator in node.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            if dotted(call.func if call else decorator).split(".")[-1] != "dataclass":
                continue
            given = {word.arg for word in call.keywords if dotted_true(word.value)} if call else set()
            missing = sorted({"frozen", "slots", "kw_only"} - given)
            if missing:
                yield _found(module, node, f"dataclass {node.name} lacks {', '.join(missing)}")


def dotted_true(node: ast.expr) -> bool:
    """Say whether *node* is the constant True."""
    return isinstance(node, ast.Constant) and node.value is True


def plain_ids(module: Module) -> Iterator[Finding]:
    """Every identifier has its own type."""
    for function in functions(module):
        for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs):
            kind = ast.unparse(argument.annotation) if argument.annotation else ""
            is_id = argument.arg == "id" or argument.arg.endswith("_id")
            if is_id and re.fullmatch(r"(uuid\.)?UUID( \| None)?", kind):
                yield _found(module, argument, f"{argument.arg} is a plain {kind}; give it its own type")


def own_time_or_chance(module: Module) -> Iterator[Finding]:
    """Time, identifiers and chance are arguments."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and _CHANCE.search(dotted(node.func)):
            yield _found(module, node, f"{dotted(node.func)}() here; take it as an argument")


def broad_excepts(module: Module) -> Iterator[Finding]:
    """Catch what you can name."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        if any(kind is None or dotted(kind) in _BROAD for kind in caught):
            yield _found(module, node, "catches everything")


def bare_files(module: Module) -> Iterator[Finding]:
    """Bytes are answered with what keeps them harmless, which one place knows."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        name = dotted(node.func).split(".")[-1]
        has_content = bool(node.args) or any(word.arg == "content" for word in node.keywords)
        if name in {"StreamingResponse", "FileResponse"} or (name == "Response" and has_content):
            yield _found(module, node, f"{name} with content; answer with file_answer or file_stream")


def commits(module: Module) -> Iterator[Finding]:
    """Only the unit of work commits."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield _found(module, node, "commits")


def async_functions(module: Module) -> Iterator[Finding]:
    """Synchronous inside."""
    for function in functions(module):
        if isinstance(function, ast.AsyncFunctionDef):
            yield _found(module, function, f"async def {function.name}")


def stand_ins(module: Module) -> Iterator[Finding]:
    """Tests use real parts."""
    for node in ast.walk(module.tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call):
            names = [dotted(node.func)]
        for name in names:
            if re.search(r"(^|\.)(mock|patch|MagicMock|Mock|monkeypatch\.setattr)(\.|$)", name):
                yield Finding(path=module.path, line=getattr(node, "lineno", 1), what=f"{name} replaces a real part")


def misnamed_lookups(module: Module) -> Iterator[Finding]:
    """'get' returns or raises, 'find' returns or is None."""
    for function in functions(module):
        verb = function.name.split("_")[0]
        if verb not in {"get", "find"} or function.returns is None:
            continue
        may_be_none = bool(re.search(r"\bNone\b|Optional\[", ast.unparse(function.returns)))
        if (verb == "find") != may_be_none:
            answer = "may be None" if may_be_none else "is never None"
            yield _found(module, function, f"{function.name} {answer}")
