"""What can be wrong when a procedure is asked to move."""

from engine.errors import Conflict, Forbidden, Invalid, OurFault


class TaskNotOpen(Conflict):
    """The task is done, was cancelled, or never was: nothing waits for it."""

    code = "task.not_open"
    template = "This step is not waiting any more. Reload the page to see how it stands."


class TimerNotDue(Conflict):
    """The timer waits, but its moment has not come."""

    code = "task.timer_not_due"
    template = "This timer is due at %(due)s and not before."


class ErrorNotCaught(OurFault):
    """A step of the machine failed with an error of the model that nothing in the model catches."""

    code = "procedure.error_not_caught"
    template = (
        "The step '%(element)s' failed with the error '%(error)s', for which the model has no way on. "
        "Nothing was changed. Tell the administrator."
    )


class MoveImpossible(Conflict):
    """A token cannot be put where the administrator wants it."""

    code = "task.move_impossible"
    template = "The procedure cannot be moved to '%(element)s'. %(reason)s Choose another step."


class OutcomeUnknown(Conflict):
    """The model does not offer this outcome here."""

    code = "task.outcome_unknown"
    template = "'%(outcome)s' is not possible in this step. Choose one of: %(offered)s."


class PerformerExcluded(Forbidden):
    """Separation of duties: the same person did a step that the model keeps apart from this one."""

    code = "task.performer_excluded"
    template = "You did an earlier step that must be done by another person than this one. A colleague has to do it."


class DataTooLarge(Invalid):
    """The data of the instance would outgrow its limit; long texts belong in files."""

    code = "instance.data_too_large"
    template = "The fields of this procedure hold %(size)s bytes, at most %(limit)s may. Put long texts into a file."


class ExpressionRefused(Invalid):
    """The expression is not of our small language, or cannot be computed from the data there is."""

    code = "expression.refused"
    template = "The expression '%(expression)s' cannot be used: %(reason)s. Ask the administrator to mend the model."


class ExpressionFailed(OurFault):
    """An expression that was fine at deployment cannot be computed now: the model expects data that is not there."""

    code = "procedure.expression_failed"
    template = (
        "At '%(element)s' the expression '%(expression)s' of the model cannot be computed: %(reason)s. "
        "Nothing was changed. Tell the administrator."
    )


class ProcedureLoops(OurFault):
    """The model goes round and round without waiting for anybody."""

    code = "procedure.loops"
    template = (
        "The procedure made %(steps)s steps without reaching a person or a job, last at '%(element)s'. "
        "Nothing was changed. Tell the administrator."
    )


class DataNotPlain(OurFault):
    """Data given to the procedure is not made of text, numbers, truth values, lists and mappings."""

    code = "procedure.data_not_plain"
    template = (
        "The data given to the procedure cannot be kept: %(reason)s. Nothing was changed. Tell the administrator."
    )


class StateUnreadable(OurFault):
    """A kept state was not written by this version of Vanthu or does not belong to this model."""

    code = "procedure.state_unreadable"
    template = "The kept state of the procedure cannot be read: %(reason)s. Tell the administrator."


class RunSpent(OurFault):
    """A run that stopped half way was asked to go on."""

    code = "procedure.run_spent"
    template = "This run stopped half way and cannot go on. Load the procedure again."


class BundleUnusable(OurFault):
    """A bundle that was never checked, or was changed since, is asked to run."""

    code = "procedure.bundle_unusable"
    template = "The procedure model cannot be run: %(reason)s. Deploy it again."


class ProcedureStands(OurFault):
    """The procedure would wait for nothing: a join whose other branch can never come."""

    code = "procedure.stands"
    template = (
        "After '%(element)s' the procedure would wait for something that cannot come. "
        "Nothing was changed. Tell the administrator."
    )
