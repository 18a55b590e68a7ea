"""A refused form as it was sent: what comes back, what does not, and where it is said what to mend."""

from __future__ import annotations

import re
from io import BytesIO

import lxml.html
import pytest
from starlette.datastructures import FormData, UploadFile

from service.errors import AppError, Conflict, FieldError, Invalid
from service.rendering.engine import TEMPLATES
from service.rendering.refused_form import RestoredForm, is_secret_field, put_on_top, restore_form

PAGE = """<main id="main"><form method="post" action="/other"><input name="words" value="khác"></form>
<details><summary>Mở</summary><form method="post" action="/here">
<input type="hidden" name="csrf_token" value="t"><input type="hidden" name="version" value="4">
<input type="hidden" name="lon" value="">
<label for="w">Nội dung</label><input id="w" name="words" value="" aria-describedby="w-hint">
<textarea name="note" rows="3">cũ &amp; kỹ</textarea>
<select name="unit"><option value="">Chọn</option>
<option value="a" selected>A</option><option>B</option></select>
<label><input type="checkbox" name="sure" value="1" checked>Chắc chắn</label>
<label><input type="radio" name="kind" value="x" checked>X</label>
<label><input type="radio" name="kind" value="y">Y</label>
<input name="row" value=""><input name="row" value=""><input type="password" name="password">
<input type="checkbox" name="photo" value="1" checked data-own-state><input type="file" name="file">
</form></details></main>"""


def sent(
    page: str = PAGE, error: AppError | None = None, *more: tuple[str, str | UploadFile], **texts: str
) -> RestoredForm:
    pairs: list[tuple[str, str | UploadFile]] = [*texts.items(), *more]
    return restore_form(page, "/here", FormData(pairs), error or Conflict("Bản cũ"), "<svg></svg>")


def field(done: RestoredForm, name: str) -> lxml.html.HtmlElement:
    [found] = lxml.html.fromstring(done.page).xpath(f"//form[@action='/here']//*[@name='{name}']")
    return found


def test_what_was_typed_and_chosen_comes_back() -> None:
    script = "<script>alert(\"1\")</script> & 'x'"
    rows = ("row", "một"), ("row", "hai")
    done = sent(
        PAGE, None, *rows, words=script, note="dòng 1\r\n</textarea>dòng 2", unit="B", kind="y", lon="107"
    )
    assert field(done, "words").get("value") == script
    assert field(done, "note").text.strip() == "dòng 1\n</textarea>dòng 2"
    page = lxml.html.fromstring(done.page)
    assert page.xpath("//option[@selected]/text()") == ["B"]
    assert page.xpath("//input[@name='kind'][@checked]/@value") == ["y"]
    assert page.xpath("//input[@name='row']/@value") == ["một", "hai"]
    assert field(done, "sure").get("checked") is None, "a box that was unticked stays so"
    assert field(done, "lon").get("value") == "107"
    assert page.xpath("//form[@action='/other']//input/@value") == ["khác"]
    assert page.xpath("//details/@open") == [""]
    assert done.lost == []


def test_passwords_tokens_versions_and_files_do_not() -> None:
    file = UploadFile(BytesIO(b"x"), filename="a.pdf")
    done = sent(PAGE, None, ("file", file), password="bí mật 1", csrf_token="0", version="3", sure="1")
    assert field(done, "password").get("value") is None and "bí mật" not in done.page
    assert (field(done, "csrf_token").get("value"), field(done, "version").get("value")) == ("t", "4")
    assert "Tệp cần được chọn lại." in done.page
    assert field(done, "sure").get("checked") is not None
    assert field(done, "photo").get("checked") is not None, "what its template ticked itself"


def test_a_code_that_is_good_once_is_typed_anew() -> None:
    page = '<form method="post" action="/here"><input name="{}" value="" autocomplete="one-time-code"></form>'
    done = sent(page.format("code"), None, code="12345678")
    assert "12345678" not in done.page and done.lost == []


def test_every_field_of_a_password_or_key_is_known_by_its_name() -> None:
    """Where no page is drawn again (a sign-in that has expired), the name alone tells what is secret."""
    field = re.compile(r'field\("([^"]+)"(?:(?!\bfield\().)*?type="password"', re.DOTALL)
    texts = [each.read_text(encoding="utf-8") for each in TEMPLATES.rglob("*.html")]
    names = {found[1] for text in texts for found in field.finditer(text)}
    assert len(names) > 5
    assert [name for name in sorted(names) if not is_secret_field(name)] == []
    done = sent(PAGE, None, new="một câu dài dễ nhớ", secret="khóa của đối tác")
    assert done.lost == []


def test_a_page_with_very_many_fields_is_filled_in() -> None:
    rows = "".join(f'<input name="row{at}" value="">' for at in range(3000))
    typed = [(f"row{at}", f"dòng {at}") for at in range(3000)]
    wrong = [FieldError(("rows", at), "Lạ.", given=value) for at, (_, value) in enumerate(typed)]
    page = f'<main><form method="post" action="/here">{rows}</form></main>'
    done = sent(page, Invalid("Sai", errors=wrong), *typed)
    filled = lxml.html.fromstring(done.page).xpath("//input[@aria-invalid='true']/@value")
    assert filled == [value for _, value in typed]


def test_the_field_says_what_to_mend() -> None:
    wrong = Invalid(
        "Sai", errors=[FieldError(("body", "words"), "Thiếu mục này."), FieldError(("kind",), "Lạ.")]
    )
    done = sent(PAGE, wrong, words="", kind="y")
    words = field(done, "words")
    assert (words.get("aria-invalid"), words.get("aria-describedby")) == ("true", "w-hint w-error")
    assert words.get("autofocus") is not None
    page = lxml.html.fromstring(done.page)
    assert page.get_element_by_id("w-error").text_content().strip() == "Thiếu mục này."
    first = page.xpath("//input[@name='kind']")[0]
    told = page.get_element_by_id(first.get("aria-describedby"))
    assert told.getprevious().tag == "label", "behind the last of the choices"


def test_a_row_is_found_by_what_was_refused() -> None:
    wrong = Invalid("Sai", errors=[FieldError(("rows", 1, "count"), "Cần một số nguyên.", given="hai")])
    done = sent(PAGE, wrong, ("row", "1"), ("row", "hai"))
    assert "Cần một số nguyên." in done.page
    assert lxml.html.fromstring(done.page).xpath("//input[@aria-invalid]/@name") == ["row"]


@pytest.mark.parametrize("action", ["/gone", "/here/more"])
def test_words_without_a_form_are_told_apart(action: str) -> None:
    page = PAGE.replace('action="/here"', f'action="{action}"')
    done = sent(page, None, words="Rác ở đầu hẻm", unit="a", password="bí mật 1")
    assert (done.page, done.lost) == (page, ["Rác ở đầu hẻm"])
    assert put_on_top(page, "<p>!</p>").startswith('<main id="main"><p>!</p>')


def test_the_form_that_was_sent_is_told_from_its_neighbours() -> None:
    fields = '<input type="hidden" name="row" value="{0}"><input name="words">'
    one = f'<form method="post" action="/here">{fields}</form>'
    done = sent(one.format(1) + one.format(2), None, row="2", words="của dòng hai")
    forms = lxml.html.fromstring(done.page).xpath("//form")
    assert [each.xpath(".//input[@name='words']/@value") for each in forms] == [[], ["của dòng hai"]]
