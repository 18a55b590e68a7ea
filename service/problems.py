"""Errors that the person at the terminal can correct, as sentences."""


class SetupError(Exception):
    """Raised with a message that is printed as it is; the command then ends with status 1."""


def setting_fault(kind: str, message: str, meaning: str) -> str:
    """Return what is wrong with a setting: pydantic's kind and message of the error in plain words."""
    if kind == "missing":
        return f"is not set. {meaning}"
    if kind.endswith("too_short"):
        return f"is too short. {meaning}"
    return f"is wrong: {message.removeprefix('Value error, ')}"
