"""Compaction: a running procedure keeps what waits and forgets what is finished; our history is written elsewhere.

SpiffWorkflow keeps every task ever run, in a tree as deep as the procedure has made steps: a send-back loop grows until
it raises RecursionError near a thousand levels, and its iterators stop silently at that depth.

Tried and left: keeping all below the lowest common ancestor of the unfinished tasks, and splicing out chains of
finished ones. It loses the arrival of a branch that was split off above that ancestor, whose join then waits for ever.

Our specs (see specs) make it simple. They predict nothing and find nothing by ancestry, so every finished task can go
and what is left hangs directly under the root. The tree is as large as there is work open, whatever the procedure went
through; sub-processes are cut in the same way.
"""

from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow

from engine.runtime.scopes import Process, unfinished


def compact(process: Process) -> None:
    """Drop every finished task of the process and of its sub-processes; roots stay."""
    _cut(process)
    for task_id, inner in list(process.subprocesses.items()):
        if inner.completed:
            del process.subprocesses[task_id]
        else:
            _cut(inner)


def _cut(tree: BpmnBaseWorkflow) -> None:
    root = tree.task_tree
    waiting = [task for task in tree.tasks.values() if task is not root and unfinished(task)]
    for task in waiting:
        task.parent = root
        task.children = []
    root.children = waiting
    tree.tasks = {task.id: task for task in (root, *waiting)}
