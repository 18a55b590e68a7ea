"""Refusals of files as photos, and the limits behind them. The words people read live at the edge."""

from enum import StrEnum

MAX_BYTES = 15 * 1024 * 1024  # "15 MB" in the reading that favours the citizen
MAX_PIXELS = 65_000_000  # 64-megapixel phones; a decoded pixel takes 4 bytes
MAX_WEBP_PIXELS = 30_000_000  # libwebp holds the canvas four times over: 16 bytes a pixel
MAX_SIDE = 30_000
MAX_JPEG_SCANS = 100  # a progressive photo has about ten; thousands of empty scans are an attack on the CPU


class Reason(StrEnum):
    """Fault of a file, as a stable code."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_A_PHOTO = "not_a_photo"
    TOO_MANY_PIXELS = "too_many_pixels"
    BROKEN = "broken"


class PhotoRefused(Exception):
    """The file will never be a photo here, however often it is tried."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail
