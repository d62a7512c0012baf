"""The catalogue of actions: one file, one verb, one function; told when and in which transaction; tested."""

import ast

from tests.architecture.source import Module, modules

ACTIONS = [module for module in modules("engine/actions") if not module.path.endswith("__init__.py")]
CLOCK_AND_TRANSACTION: tuple[set[str], ...] = ({"at", "work"}, {"services"})
"""The moment and the transaction it runs in, or the services that give it both, where it needs more than one."""


def stem(module: Module) -> str:
    return module.path.rsplit("/", 1)[-1].removesuffix(".py")


def public_functions(module: Module) -> list[ast.FunctionDef]:
    return [node for node in module.tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]


def test_every_file_of_actions_has_one_function_of_its_own_name() -> None:
    names = {module.path: [function.name for function in public_functions(module)] for module in ACTIONS}

    assert {path: found for path, found in names.items() if found != [path.rsplit("/", 1)[-1][:-3]]} == {}


def test_every_action_says_in_words_what_it_does() -> None:
    silent = [
        module.path for module in ACTIONS for function in public_functions(module) if not ast.get_docstring(function)
    ]

    assert silent == []


def test_every_action_is_told_when_and_in_which_transaction() -> None:
    untold = [
        f"{module.path}: {function.name}"
        for module in ACTIONS
        for function in public_functions(module)
        if not any(
            needed <= {argument.arg for argument in function.args.kwonlyargs} for needed in CLOCK_AND_TRANSACTION
        )
    ]

    assert untold == []


def test_every_action_occurs_in_a_test() -> None:
    tested = "\n".join(module.text for module in modules("tests"))

    assert [module.path for module in ACTIONS if stem(module) not in tested] == []
