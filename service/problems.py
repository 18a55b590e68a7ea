"""The one error of this package: something the person at the terminal can mend, said in a sentence."""


class SetupError(Exception):
    """Raised with a message that is printed as it is; the command then ends with status 1."""
