"""What is sealed opens again whatever its size, and under no other key."""

from __future__ import annotations

import pytest

from service.domain.kernel.sealing import seal_for, unseal_for

KEY = b"k" * 40


@pytest.mark.parametrize("size", [0, 1, 65_536, 3_000_000])
def test_what_is_sealed_opens_again_whatever_its_size(size: int) -> None:
    sealed = seal_for(KEY, "talk", "ạ" * size)
    assert unseal_for(KEY, "talk", sealed) == "ạ" * size


def test_another_key_and_changed_text_open_nothing() -> None:
    sealed = seal_for(KEY, "talk", "chữ" * 40_000)
    assert unseal_for(b"x" * 40, "talk", sealed) is None
    assert unseal_for(KEY, "talk", f"{sealed[:-9]}{'B' if sealed[-9] != 'B' else 'C'}{sealed[-8:]}") is None
