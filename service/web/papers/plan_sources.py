"""Files of plans on their way into the store, cleaned of who wrote them."""

from __future__ import annotations

import zipfile

from anyio import to_thread

from service.domain.plans.source import SOURCES
from service.ops.telemetry import get_logger
from service.planfile.clean_copies import cleaned_package
from service.storage import Storage, StorageUnavailable, new_token

log = get_logger(__name__)


async def store_source(storage: Storage, name: str, data: bytes) -> str:
    """Return the name under which a file that was read is kept among files of plans; empty for what is no
    package of Word or Excel, and where the store is away: the plan itself does not need it.
    """
    ending = name.lower().rpartition(".")[2]
    if ending not in ("docx", "xlsx") or not data.startswith(b"PK"):
        return ""

    def keep() -> str:
        message = f"{new_token()}.{ending}"
        storage.put(f"{SOURCES}/{message}", cleaned_package(data))
        return message

    try:
        return await to_thread.run_sync(keep)
    except (StorageUnavailable, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        log.warning("file of a plan not kept", error=type(error).__name__)
        return ""
