"""Compaction: a running procedure keeps what waits and forgets what is finished; our history is written elsewhere.

SpiffWorkflow keeps every task ever run, in a tree as deep as the procedure has made steps: a send-back loop grows until
it raises RecursionError near a thousand levels, and its iterators stop silently at that depth.

Tried and left: keeping all below the lowest common ancestor of the unfinished tasks, and splicing out chains of
finished ones. It loses the arrival of a branch that was split off above that ancestor, whose join then waits for ever.

Our specs (see specs) make it simple. They predict nothing and find nothing by ancestry, so every finished task can go:
a task that waits hangs under its nearest waiting ancestor, else directly under the root. The tree is as large as there
is work open, whatever the procedure went through; sub-processes are cut in the same way.
"""

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState


def compact(workflow: BpmnWorkflow) -> None:
    """Drop every finished task of the workflow and of its sub-processes; roots stay."""
    _cut(workflow)
    for task_id, inner in list(workflow.subprocesses.items()):
        if inner.completed:
            del workflow.subprocesses[task_id]
        else:
            _cut(inner)


def _cut(workflow: BpmnBaseWorkflow) -> None:
    root = workflow.task_tree
    kept = {task.id: task for task in workflow.tasks.values() if task is root or unfinished(task)}
    parents = {task.id: _kept_ancestor(task, kept) for task in kept.values() if task is not root}
    for task in kept.values():
        task.children = []
    for task_id, parent in parents.items():
        kept[task_id].parent = parent
        parent.children = [*parent.children, kept[task_id]]
    workflow.tasks = kept
    workflow.last_task = None


def _kept_ancestor(task: Task, kept: dict[object, Task]) -> Task:
    ancestor = task.parent
    while ancestor.id not in kept:
        ancestor = ancestor.parent
    return ancestor


def unfinished(task: Task) -> bool:
    """Say whether the task still waits for something."""
    return bool(task.has_state(TaskState.NOT_FINISHED_MASK))
