"""Every status a work can have and every event it can tell of has its words in lists and histories."""

from __future__ import annotations

import pytest

from service.domain.works.lifecycles import LIVES
from service.models import WorkEventType, WorkKind
from service.pages.shared.work_words import EVENT_WORDS, STATUS_WORDS


@pytest.mark.parametrize("kind", LIVES)
def test_every_status_of_a_life_has_its_look(kind: WorkKind) -> None:
    edges = LIVES[kind].edges
    statuses = {each.source for each in edges} | {each.target for each in edges if not each.stays}
    assert statuses - STATUS_WORDS.keys() == set()


def test_every_event_has_its_words() -> None:
    assert set(WorkEventType) - EVENT_WORDS.keys() == set()
