"""The program's own sentences in English: all of them have an entry, and each is recognised with its values."""

from __future__ import annotations

import re
from collections import defaultdict
from string import Formatter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import innocity.records  # noqa: F401  makes Django ready
from innocity.web.foreign import speaker
from innocity.web.phrases import Catalogue, Template, shipped
from innocity.web.speaker import LONGEST, Speaker
from tests.web import phrases


def places(text: str) -> list[str]:
    return sorted(name for _, name, *_ in Formatter().parse(text) if name is not None)


def test_every_sentence_that_reaches_a_page_has_its_english() -> None:
    assert phrases.missing() == {}


def test_no_entry_is_for_a_sentence_that_nobody_says() -> None:
    assert sorted(set(phrases.catalogue()) - set(phrases.told()) - {""}) == []


def test_both_languages_have_the_same_places() -> None:
    assert [key for key, value in phrases.catalogue().items() if places(key) != places(value)] == []


def test_the_english_holds_no_chinese() -> None:
    said = phrases.catalogue().items()
    assert [key for key, value in said if phrases.HAN.search(value) and key != value] == []


def filled(text: str) -> str:
    """A template with numbers at its places, in the order of its Chinese."""
    return Formatter().vformat(text, (), {name: str(71 + at) for at, name in enumerate(ordered(text))})


def ordered(text: str) -> list[str]:
    return [name for _, name, *_ in Formatter().parse(text) if name is not None]


def test_each_sentence_is_known_again_by_what_stands_in_it() -> None:
    """Filled with numbers, a template is found among all others, and its values stand where the English wants them.
    Of templates that say the same in Chinese any may be found."""
    speak, wanted = Speaker(shipped(), {}, ()), defaultdict[str, set[str]](set)
    for key, english in shipped().templates_told():
        values = {name: str(71 + at) for at, name in enumerate(ordered(key))}
        wanted[filled(key)].add(english.format(**values).strip().lower())
    wrong = {}
    for key in phrases.catalogue():
        text = filled(key)
        if places(key) and (speak.say(text.strip()) or "").lower() not in wanted[text]:
            wrong[key] = speak.say(text.strip())
    assert wrong == {}


SMALL = Catalogue({
    "还有{days}天": "{days} days left", "办理": "open", "模拟": "simulated", "与“{names}”择一": "one of “{names}”",
    "分档：{rates}": "by steps: {rates}",
    "最多{sum}": "at most {sum}", "{name}的那天": "the day of {name}", "{count}家": "{count} firms",
})  # fmt: skip


@pytest.mark.parametrize(("chinese", "english"), [
    ("还有305天", "305 days left"),
    ("办理，还有305天；模拟", "open, 305 days left; simulated"),
    ("还有305天（模拟）", "305 days left (simulated)"),
    ("与“市科技局、办理”择一", "one of “市科技局, open”"),
    ("最多20万元。", "At most CNY 200,000."),
    ("高新技术企业", "hi-tech firm"),
    ("条款：办理", "条款: open"),
    ("条款的那天；最多1.5亿元", "the day of 条款; at most CNY 150 million"),
    ("12家", "12"),
    ("分档：5%；3%", "by steps: 5%; 3%"),
])  # fmt: skip
def test_how_sentences_are_put_into_english(chinese: str, english: str) -> None:
    assert Speaker(SMALL, {"高新技术企业": "hi-tech firm"}, {"条款"}).say(chinese) == english


@pytest.mark.parametrize("text", [
    "支持企业，还有305天",  # half of it is somebody's own words
    "按“还有305天”办理的规定",
    "市科技局家",
    "条款",
    "no Chinese",
    "",
])  # fmt: skip
def test_what_is_no_sentence_of_the_program_stays(text: str) -> None:
    assert Speaker(SMALL, {}, {"条款"}).say(text) is None


def test_a_name_of_the_citys_folder_is_never_taken_apart() -> None:
    assert Speaker(SMALL, {}, {"办理、还有3天"}).say("办理、还有3天") is None
    assert Speaker(SMALL, {}, {"办理、还有3天"}).say("与“办理、还有3天”择一") == "one of “办理、还有3天”"


def test_the_city_has_its_own_texts() -> None:
    pack = speaker("weihai")
    assert pack.say("文件没写：省研发补助政策的比例") == "Not stated in the document: 省研发补助政策的比例"


# --- whatever people write ------------------------------------------------------------------------------------

OWN_TEXTS = sorted({part for key in phrases.catalogue() for part in re.split(r"{\w+}", key) if part.strip()})


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(OWN_TEXTS) | st.text("甲乙，。；：、（）“”《》 1元%", max_size=6), max_size=60))
def test_no_text_upsets_the_speaker(parts: list[str]) -> None:
    """Put together of the program's own phrases in any order, a text is said or stays; it never breaks a page."""
    told = Speaker(shipped(), {}, ()).say("".join(parts))
    assert told is None or told.strip()


@pytest.mark.parametrize("repeated", ["甲，", "（", "“", "由甲的甲走向甲年的", "还有1天，", "、12家", "《甲》"])
def test_a_text_of_somebodys_own_is_left_alone(repeated: str) -> None:
    """Long ones, and those with more in them than a sentence has, cost no more than a look."""
    speak = Speaker(shipped(), {}, ())
    assert speak.say(repeated * 5000) is None
    assert speak.say((repeated * 800)[: LONGEST - 1] + "末") is None


def test_values_are_found_from_the_left() -> None:
    one = Template("{who}说{what}，已由{who2}记下", "{who2} took down what {who} said: {what}")
    assert one.values("甲说乙，已由丙记下") == {"who": "甲", "what": "乙", "who2": "丙"}
    assert one.values("甲说乙，已由丙") is None and one.values("甲说乙") is None
    assert one.values("甲说乙。丁，已由丙记下") is None, "a sentence ends within"
    assert one.values("甲说乙。丁，已由丙记下", loose=True) == {"who": "甲", "what": "乙。丁", "who2": "丙"}
    assert Template("比{name}", "{name}").values("比") == {"name": ""}
    assert Template("写成 {{a: 1}}，最多{n}", "as {{a: 1}}, {n} at most").values("写成 {a: 1}，最多3") == {"n": "3"}
