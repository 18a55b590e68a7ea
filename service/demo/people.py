"""Demo reporters: names that say they are of the demo, numbers that belong to nobody."""

from __future__ import annotations

from random import Random

_NAMES = ("Cô Lan", "Anh Minh", "Chị Hạnh", "Bác Thảo", "Em Quân", "Chú Phước", "Mệ Bê", "Anh Khoa")


def contact(random: Random) -> tuple[str, str | None, str | None] | None:
    """Name, phone and e-mail; None for the many who give nothing."""
    if random.random() < 0.55:
        return None
    name = f"{random.choice(_NAMES)} (demo)"
    phone = f"+84905000{random.randrange(1000):03d}" if random.random() < 0.8 else None
    email = f"demo{random.randrange(10_000)}@example.org" if phone is None or random.random() < 0.2 else None
    return name, phone, email
