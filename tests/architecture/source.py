"""The source as the architecture tests read it: modules with their syntax trees, files, findings and escapes."""

import ast
import gc
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("api", "engine", "exchange", "signing", "storage")
"""The five packages of the product."""
EVERYWHERE = (*PACKAGES, "bench", "scripts", "tests")

ESCAPE = re.compile(r"#\s*allow:\s*(?P<rule>[a-z-]+),\s*\S")
"""The only escape from a rule: a marked line that names the rule and gives the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One Python file: its path below the root, its text and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> list[str]:
        """The text, line by line."""
        return self.text.splitlines()

    def allows(self, rule: str, line: int) -> bool:
        """Say whether the line numbered *line* (from 1) carries the escape for *rule*."""
        lines = self.lines
        if not 0 < line <= len(lines):
            return False
        mark = ESCAPE.search(lines[line - 1])
        return mark is not None and mark["rule"] == rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place that breaks a rule, and what is wrong there."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


Check = Callable[[Module], Iterator[Finding]]


def module_of(text: str, path: str = "engine/sample.py") -> Module:
    """Return *text* as a module that stands at *path*."""
    return Module(path=path, text=text, tree=ast.parse(text))


@cache
def tracked_files() -> tuple[PurePosixPath, ...]:
    """Return every file that is, or by .gitignore could be, committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    present = (PurePosixPath(name) for name in listed.split("\0") if name)
    return tuple(path for path in present if (ROOT / path).is_file())


@cache
def _modules() -> tuple[tuple[PurePosixPath, Module], ...]:
    """Return every module there is, read once.

    Syntax trees are millions of objects without rings. The collector would walk through all of them again and again
    while they are made, which takes three times as long as making them, and with each of its rounds afterwards.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        paths = [path for path in tracked_files() if path.suffix == ".py"]
        return tuple((path, module_of((ROOT / path).read_text(encoding="utf-8"), str(path))) for path in paths)
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


def modules(*folders: str) -> list[Module]:
    """Return the Python modules below *folders*, given from the root as 'engine' or 'engine/runtime'."""
    wanted = [PurePosixPath(folder) for folder in folders]
    return [module for path, module in _modules() if any(folder in path.parents for folder in wanted)]


def findings(rule: str, check: Check, among: Iterable[Module]) -> list[str]:
    """Return what *check* finds in the modules, without the places that carry the escape for *rule*."""
    return [str(found) for module in among for found in check(module) if not module.allows(rule, found.line)]


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function and method of the module, nested ones too."""
    yield from _functions(module.tree)


@cache
def _functions(tree: ast.Module) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, ...]:
    return tuple(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def dotted(node: ast.expr) -> str:
    """Return a name as written, 'datetime.datetime.now'; empty for what is not a plain dotted name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return ""
