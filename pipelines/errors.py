"""The two ways a run can fail, each with its exit status (interfaces.md, *Commands*)."""


class IgateError(Exception):
    """An expected failure: its text is one Vietnamese sentence for the clerk.

    It names the file, the row or the value, and says what to do. `exit_status`
    is what the command ends with.
    """

    exit_status = 1


class CommandError(IgateError):
    """The command itself was wrong: a bad period, a missing folder."""

    exit_status = 2


class DataError(IgateError):
    """The data failed a critical check, or nothing usable was found; nothing is published."""


class UnreadableFile(IgateError):
    """One file cannot be read as an export; the others go on."""


class TryAgain(UnreadableFile):
    """One file cannot be read now, but may be by the next run, although it is the same then."""
