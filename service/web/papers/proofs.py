"""Files of proof on their way in: PDFs as they came, photos drawn anew; stored, then kept."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from anyio import to_thread
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from service.db import async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.emulation.proofs.proof_files import (
    MOST_PROOFS,
    NAME_LENGTH,
    NewProof,
    add_proof,
    require_proving,
    too_many_proofs,
)
from service.errors import Invalid, TooLarge, UnsupportedMedia
from service.i18n import N_
from service.imaging.refusal import PhotoRefused, Reason
from service.imaging.sandbox import SandboxFailed, render_in_child
from service.storage import Storage, new_token
from service.web.dependencies import Resources
from service.web.papers.signed_files import is_pdf, require_whole_pdf
from service.web.uploads import Gate, busy_with_photos, refused_photo
from service.web.viewer import Colleague

PROOF_BYTES = 20 * 1024 * 1024
FOLDER = "original/proof"
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")


@dataclass(frozen=True, slots=True)
class ProofSending:
    """Files on their way to a unit's claims, or to the sender's own where there is no `unit`, each with the
    position of its criterion; from whom, when.
    """

    movement: int
    unit: str | None
    files: Sequence[tuple[int, UploadFile]]
    reference: Reference
    staff: Colleague
    now: datetime

    def check(self, session: Session, positions: Sequence[int]) -> None:
        """Raise what would refuse files for criteria at these positions, before the costly part."""
        who = self.reference, self.staff.actor, self.movement, self.unit
        for position, number in Counter(positions).items():
            require_proving(session, *who, position)
            if number > MOST_PROOFS:
                raise too_many_proofs()


async def keep_proofs(
    resources: Resources,
    gate: Gate,
    sending: ProofSending,
    after: Callable[[Session], object] | None = None,
) -> None:
    """Store files and keep them, and do what comes `after` in the same transaction; where anything is refused
    nothing stays in the store. Raises as `store_proof` and `add_proof`.
    """
    async with async_unit_of_work(resources.engine) as session:
        await session.run_sync(sending.check, [position for position, _ in sending.files])
    stored: list[tuple[int, NewProof]] = []
    spare: set[str] = set()

    def keep(session: Session) -> set[str]:
        who = sending.reference, sending.staff.actor, sending.movement, sending.unit
        known = {
            new.key for position, new in stored if not add_proof(session, *who, position, new, sending.now)
        }
        if after is not None:
            after(session)
        return known

    try:
        for position, file in sending.files:
            stored.append((position, await store_proof(resources.storage, gate, file)))
            spare.add(stored[-1][1].key)
        async with async_unit_of_work(resources.engine) as session:
            known = await session.run_sync(keep)
        spare = known
    finally:
        for key in spare:
            await to_thread.run_sync(resources.storage.delete, key)


async def store_proof(storage: Storage, gate: Gate, file: UploadFile) -> NewProof:
    """Store a file of proof. Raises Invalid, TooLarge, UnsupportedMedia, Unavailable.

    A PDF is never opened here. A photo is drawn anew by a child process: where it was taken, and by which
    camera, is not kept.
    """
    data = await file.read(PROOF_BYTES + 1)
    if not data:
        raise Invalid(N_("Tệp trống. Hãy chọn lại tệp."))
    if len(data) > PROOF_BYTES:
        raise TooLarge(N_("Tệp nặng quá {most} MB."), most=PROOF_BYTES // 1024 // 1024)
    sha256 = await to_thread.run_sync(lambda: hashlib.sha256(data).digest())
    if is_pdf(data):
        require_whole_pdf(data)
        media_type, ending, body = "application/pdf", "pdf", data
    else:
        async with gate.turn():
            body = await to_thread.run_sync(_redrawn, data)
        media_type, ending = "image/webp", "webp"
    key = f"{FOLDER}/{new_token()}.{ending}"
    await to_thread.run_sync(storage.put, key, body)
    return NewProof(key, _shown_name(file.filename or "", ending), media_type, len(body), sha256)


def _redrawn(data: bytes) -> bytes:
    try:
        return render_in_child(data).full.data
    except PhotoRefused as refused:
        if refused.reason is Reason.NOT_A_PHOTO:
            raise UnsupportedMedia(N_("Minh chứng phải là tệp PDF hoặc ảnh JPEG, PNG, WebP, HEIC.")) from None
        raise refused_photo(refused) from refused
    except SandboxFailed as error:
        raise busy_with_photos() from error


def _shown_name(name: str, ending: str) -> str:
    """Return what a file is called, without its folder and without what nobody sees."""
    last = _UNSEEN.sub(" ", name.replace("\\", "/").rpartition("/")[2]).strip()
    return last[-NAME_LENGTH:].strip() or f"minh-chung.{ending}"
