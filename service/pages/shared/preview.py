"""Preview of a page's link in messengers and social networks (Open Graph): what it says, which picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.queries.news import News
from service.domain.queries.stats import OutcomeFigures
from service.i18n import N_, pick, translate
from service.i18n.wording import number_words, percent_words


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """Title, sentence and absolute addresses; without an `image` the link stands without a picture."""

    title: str
    url: str
    description: str = ""
    image: str = ""
    image_alt: str = ""


def place_preview(
    address: str, title: str, total: OutcomeFigures | None, days: int, fixed: Sequence[News]
) -> LinkPreview:
    """Return the preview of a page about a whole city or ward: its figures, and what was fixed last."""
    base = address.split("/ward/")[0].rstrip("/")
    newest = fixed[0] if fixed else None
    shown = translate(N_("Trước và sau khi xử lý: {what}"), what=pick(newest.category.name)) if newest else ""
    return LinkPreview(
        title=title,
        url=address,
        description=_figures_words(total, days),
        image=f"{base}/r/{newest.code}/card.jpg?v={newest.position}" if newest else "",
        image_alt=shown,
    )


def _figures_words(total: OutcomeFigures | None, days: int) -> str:
    if total is None or not total.done:
        return translate(N_("Thấy điều chưa ổn trên phố? Chụp ảnh, gửi cho thành phố."))
    done = translate(
        N_("{n} phản ánh đã xử lý trong {days} ngày qua."), n=number_words(total.done), days=days
    )
    if total.on_time_rate is None:
        return done
    on_time = translate(N_("{rate} đúng hạn."), rate=percent_words(total.on_time_rate, 0))
    return f"{done} {on_time}"
