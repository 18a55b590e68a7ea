"""Nobody is asked a third time: what is likeliest is sent, and what no map tells goes to a person."""

from __future__ import annotations

import pytest

from service.domain.talks.dialogue.dialogue import (
    BEFORE_SENT,
    CORRECT,
    FIRST_PHOTOS,
    MORE,
    NOT_PLACED,
    NOTED_BY_WARD,
    PHOTOS,
    WHAT_THERE,
    photo_words,
)
from service.domain.talks.dialogue.state import DialogueState, Reply, Turn
from service.domain.talks.turns import find_in_words, tells_other_problem
from service.models import Report
from tests.domain.city.real_hue import RealHue
from tests.domain.talks.dialogue.test_chats import read, say
from tests.domain.talks.dialogue.test_real_streets import say as say_in


def talk(*bursts: str, state: DialogueState | None = None) -> Turn:
    turn = Turn(state or DialogueState())
    for burst in bursts:
        turn = say(turn.state, burst)
    return turn


def test_a_ward_left_out_twice_goes_to_a_person_who_may_be_forestalled(named_hue: RealHue) -> None:
    turn = Turn(DialogueState())
    for burst in ("alo", "rác nhiều quá", "15 lê lợi"):
        turn = say_in(named_hue, turn.state, burst)
    assert (turn.act, turn.link, turn.unplaced, turn.state.questions) == ("person", True, True, 2)
    assert [each.msgid for each in turn.says if isinstance(each, Reply)] == [NOT_PLACED]
    told = say_in(named_hue, turn.state, "phường thuận hóa")
    assert told.act == "file"
    assert told.state.spot is not None and told.state.spot.address == "15 Lê Lợi, Phường Thuận Hóa"


def test_a_long_street_is_enough_after_two_questions() -> None:
    turn = talk("alo", "rác nhiều quá", "lê lợi")
    spot = turn.state.spot
    assert (turn.act, turn.state.questions) == ("file", 2)
    assert spot is not None and spot.address.startswith("Lê Lợi") and spot.accuracy_m > 300


@pytest.mark.parametrize(
    ("last", "kind"), [("12 lê lợi", "other"), ("12 lê lợi, cống hôi quá", "blocked_drain")]
)
def test_the_likeliest_kind_is_enough_after_two_questions(last: str, kind: str) -> None:
    turn = talk("alo", "[ảnh]", last)
    assert (turn.act, turn.state.kind, turn.state.questions) == ("file", kind, 2)


@pytest.mark.parametrize("answer", ["1 ạ", "số 1 nha ad", "dạ 1", "chọn 1 đi", "1 luôn"])
def test_a_number_is_one_with_polite_words_around_it(answer: str) -> None:
    turn = talk("12 lê lợi dán bậy, hư hết", answer)
    assert turn.act == "file"


@pytest.mark.parametrize(
    "words",
    ["không phải chỗ đó", "ko đúng đường", "không phải ở đó ad ơi", "k phải chỗ nớ", "không đúng vị trí"],
)
def test_not_there_is_no_and_the_next_place_is_taken(words: str) -> None:
    turn = talk("rác ở hàn mặc tử", words)
    assert [each.msgid for each in turn.says] == [CORRECT]
    moved = say(turn.state, "võ thị sáu")
    assert moved.state.spot is not None and moved.state.spot.address.startswith("Võ Thị Sáu")


@pytest.mark.parametrize(
    "words",
    [
        "hue 7k3m 92 toi mo roi",
        "mã HUE – 7K3M – 92 của em xử lý chưa",
        "cho hỏi hue.7k3m.92 sao rồi",
        "Huế 7K3M-92",
        "phản ánh HUE7K3M92?",
        "https://example.org/r/HUE-7K3M-92?s=abcDEF_123-xyz",
        "h u e 7k3m92 hue-7k3m 92",
    ],
)
def test_a_code_is_known_in_every_spelling(words: str) -> None:
    turn = talk(words)
    assert (turn.act, turn.state.last_code) == ("status", "HUE-7K3M-92")


@pytest.mark.parametrize("words", ["rác ở Huế, 24 Hàn Mặc Tử", "Huế 2026 rồi mà rác", "ở huế 12 lê lợi"])
def test_a_place_in_the_city_is_no_code(words: str) -> None:
    assert read(words).code == ""


def test_many_words_about_a_report_are_kept_until_it_is_clear_what_for() -> None:
    turn = talk("HUE-7K3M-92 vẫn còn nguyên đống rác đó, hôm qua họ chỉ lấy mấy bao nhỏ thôi")
    assert (turn.act, turn.state.asked, turn.state.last_code) == ("status", "more", "HUE-7K3M-92")
    assert "mấy bao nhỏ" in turn.state.text
    asked = talk("mã HUE-7K3M-92 của nhà em gửi hôm thứ hai tuần trước đến giờ xử lý tới đâu rồi ạ")
    assert (asked.act, asked.state.asked) == ("status", "")


@pytest.mark.parametrize(
    "words", ["à quên, gần cây xăng", "quên nói là trong kiệt nha", "ad ơi bổ sung: có cả kim tiêm"]
)
def test_what_was_forgotten_belongs_to_the_report_without_a_question(words: str) -> None:
    turn = talk(words, state=DialogueState(last_code="HUE-7K3M-92"))
    assert (turn.act, turn.state.text) == ("add", words)


@pytest.mark.parametrize(
    ("answer", "act"), [("cái cũ", "add"), ("cho vụ đó á", "add"), ("1 nha", "add"), ("ừ", ""), ("2 ạ", "")]
)
def test_what_words_after_a_report_are_for(answer: str, act: str) -> None:
    turn = talk("rác vẫn còn nhiều lắm", answer, state=DialogueState(last_code="HUE-7K3M-92"))
    assert turn.act == act
    assert (answer == "ừ") == ([each.msgid for each in turn.says] == [MORE])


@pytest.mark.parametrize(
    "words",
    [
        "https://www.google.com/maps/@16.4705,107.5790,19z",
        "www.google.com/maps/place/Chợ/@16.4705,107.5790,17z rác",
        "geo:16.4705,107.5790?z=18",
        "geo:0,0?q=16.4705,107.5790(Nhà)",
        "https://www.google.com/maps/dir//16.4705,107.5790/@16.1,107.1,12z",
        "https://www.google.com/maps/dir/My+Location/16.4705,107.5790",
        "https://maps.apple.com/place?coordinate=16.4705,107.5790&name=x",
        "https://www.openstreetmap.org/?mlat=16.4705&mlon=107.5790#map=18/16.1/107.1",
        "https://www.openstreetmap.org/#map=19/16.4705/107.5790",
    ],
)
def test_links_of_maps_are_read(words: str) -> None:
    spot = read(words).spot
    assert spot is not None and (spot.lat, spot.lon) == (16.4705, 107.579)


@pytest.mark.parametrize(
    ("words", "link"),
    [
        ("cây đổ https://maps.app.goo.gl/Xy12", True),
        ("cây đổ goo.gl/maps/Xy12", True),
        ("cây đổ x.vn/a", False),
    ],
)
def test_who_sends_a_short_link_is_given_the_map_at_once(words: str, link: bool) -> None:
    assert talk(words).link == link


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("quán mở loa tới 22h30, tuy lý vương", "Tuy Lý Vương"),
        ("Kính gửi, tôi là Trần Văn Bảy, ở 12 Lê Lợi. Xin phản ánh rác ở hàn mặc tử", "Hàn Mặc Tử"),
        ("Tôi là dân ở Hàn Mặc Tử. Rác nhiều lắm", "Hàn Mặc Tử"),
        ("a huge pothole on Han Mac Tu street, near number 80", "80 Hàn Mặc Tử"),
        ("rác ở hàn mặc tử, trước số 8", "8 Hàn Mặc Tử"),
    ],
)
def test_where_it_is_and_not_when_or_who_writes(words: str, address: str) -> None:
    found = read(words)
    place = found.spot or found.street
    assert place is not None and place.address.startswith(address)


def test_a_ward_is_heard_by_its_marks_and_an_address_without_it_is_asked_for_it_alone(
    named_hue: RealHue,
) -> None:
    for words in ("à nhầm, bên trần bình trọng mới đúng", "ngã tư hà nội lý thường kiệt đèn đỏ hư"):
        assert say_in(named_hue, DialogueState(), words).state.ward is None, words
    for words in ("rác phường thuỷ xuân", "rac o phuong thuy xuan", "rác ở p. Vĩ Dạ"):
        assert say_in(named_hue, DialogueState(), words).state.ward is not None, words
    turn = say_in(named_hue, DialogueState(), "bệnh viện mắt huế xe ôm đậu xe chắn lối")
    turn = say_in(named_hue, turn.state, "trước cổng bệnh viện mắt")
    assert (turn.state.asked, turn.state.unplaced) == ("ward", "trước cổng bệnh viện mắt")
    assert say_in(named_hue, turn.state, "thuận hóa").act == "file"


def test_a_corrected_place_is_shown_once_more_and_nothing_else_asked() -> None:
    turn = talk("rác ở hàn mặc tử", "không phải chỗ đó", "bên lê lợi á")
    assert (turn.state.asked, turn.state.questions) == ("confirm", 3)
    assert turn.state.spot is not None and turn.state.spot.address.startswith("Lê Lợi")


def test_words_that_only_go_on_with_a_sentence_are_no_address_and_ask_nothing_again(
    named_hue: RealHue,
) -> None:
    turn = Turn(DialogueState())
    for burst in ("trụ đèn", "bị hư rồi"):
        turn = say_in(named_hue, turn.state, burst)
    assert [each.msgid for each in turn.says] == [NOTED_BY_WARD]
    assert (turn.state.questions, turn.state.unplaced) == (1, "")
    turn = say_in(named_hue, turn.state, "nguyễn trãi, phú xuân")
    assert turn.state.spot is not None and turn.state.spot.address == "Nguyễn Trãi, Phường Phú Xuân"


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("rác ở thôn vân quật đông xã phong dinh", "thôn vân quật đông, Phường Phong Dinh"),
        ("đg bông văn dĩa, phường an cựu ổ gà nhìu lắm", "đg bông văn dĩa, Phường An Cựu"),
        ("cống nghẹt kiệt 3 đường bàu ngang phường kim long", "kiệt 3 đường bàu ngang, Phường Kim Long"),
    ],
)
def test_the_line_before_a_ward_is_the_address_of_what_no_map_has(
    named_hue: RealHue, words: str, address: str
) -> None:
    turn = say_in(named_hue, DialogueState(), words)
    assert turn.state.asked == "confirm"
    assert turn.state.spot is not None and turn.state.spot.address == address


def test_an_alley_keeps_its_word_before_a_long_name_that_no_map_has(named_hue: RealHue) -> None:
    turn = say_in(named_hue, DialogueState(), "kiệt 12 trần thái tông nước thải tràn ra đường")
    assert turn.state.unplaced == "Kiệt 12 Trần Thái Tông"


def test_how_far_the_water_is_is_a_report_of_who_has_sent_none() -> None:
    turn = talk("nước ngập tới mô rồi nì, tuy lý vương")
    assert (turn.state.kind, turn.state.asked) == ("blocked_drain.flooding", "confirm")
    assert "ngập tới mô" in turn.state.text
    asked = talk("đèn tuy lý vương sửa xong chưa", state=DialogueState(last_code="HUE-7K3M-92"))
    assert asked.act == "status"
    assert [each.msgid for each in talk("xong chưa ad ơi").says] == [BEFORE_SENT]


def test_who_shared_the_place_first_is_asked_what_there_is_and_not_where() -> None:
    turn = talk("[ghim]")
    assert [each.msgid for each in turn.says] == [WHAT_THERE]
    assert talk("vỉa hè sụp lún", state=turn.state).act == "file"


def test_english_of_several_lines_is_no_vietnamese_typed_with_the_keyboard_off() -> None:
    letter = "Broken light\nHello,\nThe street light in front of 60 Le Loi street is broken.\nBest,\nTom"
    assert [each.code for each in read(letter).kinds] == ["street_light"]


@pytest.mark.parametrize(
    "words",
    [
        "Xin cho tôi nói chuyện với cán bộ phụ trách.",
        "cho em trao đổi với nhân viên",
        "tôi cần liên hệ với chuyên viên",
    ],
)
def test_who_wants_to_talk_to_an_officer_gets_one(words: str) -> None:
    assert talk(words).act == "person"


@pytest.mark.parametrize(
    "words", ["rác ở kiệt 5 chi lăng nhiều quá", "rac o kiet 5 chi lang", "hẻm 12 bà triệu rác đầy"]
)
def test_an_alley_stays_one_whatever_word_its_street_begins_with(words: str) -> None:
    found = read(words).street
    assert found is not None and found.address.startswith(("Kiệt 5 Chi Lăng", "Hẻm 12 Bà Triệu"))


@pytest.mark.parametrize(
    "words", ["bữa ni dọn chưa rứa", "sửa chưa ad", "vụ đó xử lý chưa vậy", "đã thu gom chưa"]
)
def test_whether_it_is_done_is_a_question_about_the_report(words: str) -> None:
    assert talk(words, state=DialogueState(last_code="HUE-7K3M-92")).act == "status"


@pytest.mark.parametrize("words", ["rác dọn chưa sạch", "đèn sửa chưa xong đã tắt lại rồi đó ad"])
def test_what_is_not_done_well_is_no_such_question(words: str) -> None:
    assert talk(words, state=DialogueState(last_code="HUE-7K3M-92")).act == ""


def test_a_word_that_only_agrees_is_none_of_the_reports() -> None:
    assert talk("rác ở 12 lê lợi\ngửi luôn đi").state.text == "rác ở 12 lê lợi"


@pytest.mark.parametrize(("sent", "told"), [(6, PHOTOS), (7, FIRST_PHOTOS)])
def test_more_photos_than_a_report_takes_are_spoken_of(sent: int, told: str) -> None:
    said = photo_words(talk("rác ở 12 lê lợi\n" + "[ảnh]\n" * sent).state)
    assert isinstance(said, Reply)
    assert (said.msgid, said.values) == (told, {"count": 6})


@pytest.mark.parametrize(
    ("words", "other"),
    [
        ("đèn đường tắt ở 24 chi lăng phường phú xuân", True),
        ("trước 24 chi lăng phường phú xuân", False),
        ("đống rác nằm trước 24 chi lăng phường phú xuân", False),
        ("đèn đường cũng tắt", False),
    ],
)
def test_a_problem_of_another_kind_at_its_own_place_answers_no_question(
    named_hue: RealHue, words: str, other: bool
) -> None:
    asked = Report(category_id=named_hue.book.reference.category_by_code["litter"].id)
    found = find_in_words(named_hue.session, named_hue.book, words)
    assert tells_other_problem(named_hue.book, found, asked) == other
