"""Templates of a city: they replace page and head, and can do nothing but print what they are given."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Mm

from innocity.core.errors import InnoCityError
from innocity.engines.reports import build, word_bytes
from innocity.engines.reports.charts import Pictures
from innocity.engines.reports.template import INFLATED_MAX, STEPS_MAX, fill, starter
from tests.engines.reports.reading import opened, styled, texts, whole
from tests.engines.reports.world import target, world

CONTENT = "{{ content }}"
HOSTILE = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ title.__class__ }}",
    "{{ targets.__init__.__globals__ }}",
    "{{ targets._rows }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ lipsum() }}",
    "{{ title.upper() }}",
    "{{ '{0.__class__}'.format(title) }}",
    "{{ title|attr('__class__') }}",
    "{{ 'a' * 1000000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ 'x'|center(1000000000) }}",
    "{{ range(1000000000)|list }}",
    "{{ targets|map(attribute='__class__')|list }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% extends 'x' %}",
    "{% for a in title.__class__.__mro__ %}{{ a }}{% endfor %}",
    "{{ unknown_name }}",
    "{{ title",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "".join(f"{{% for {name} in title %}}" for name in "abcdefgh") + "x" + "{% endfor %}" * 8,
    "".join(f"{{% for {name} in [1, 2, 3, 4, 5, 6, 7, 8, 9] %}}" for name in "abcdefgh") + "x" + "{% endfor %}" * 8,
    "".join(f"{{% for {name} in counts %}}" for name in "abcdefghijkl") + "x" + "{% endfor %}" * 12,
    "{% set a = title %}" + "{% set a = a ~ a %}" * 30,
    "{% set a %}x{% endset %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 30,
    "{% set a = [title, title] %}" + "{% set a = [a, a] %}" * 30 + "{{ a }}",
    "{% for targets in targets %}{% for a in targets %}{% for b in targets %}x{% endfor %}{% endfor %}{% endfor %}",
    "{% with targets = title %}{% for a in targets %}x{% endfor %}{% endwith %}",
)
ENDLESS = "".join(f"{{% for {name} in targets %}}" for name in "abcd") + "x" + "{% endfor %}" * 4


def template(folder: Path, *paragraphs: str) -> Path:
    """A template of these paragraphs."""
    document = Document()
    document.sections[0].left_margin = Mm(20)
    document.sections[0].header.paragraphs[0].text = "{{ city }}专用"
    for text in paragraphs:
        document.add_paragraph(text)
    path = folder / "report.docx"
    document.save(str(path))
    return path


def filled(path: Path) -> bytes:
    return fill(path, build("midterm", world()), world(), Pictures(None))


def refused(path: Path) -> InnoCityError:
    with pytest.raises(InnoCityError) as caught:
        filled(path)
    assert caught.value.code == "E-REPORT-TEMPLATE" and caught.value.remedy
    return caught.value


def test_a_template_gives_page_and_head_and_the_content_stands_in_its_place(tmp_path: Path) -> None:
    near = "{% if counts.near %}接近{{ counts.near }}项{% endif %}"
    path = template(tmp_path, "机关抬头", "{{ title }}", near, CONTENT, "抄送：各成员单位")
    content = filled(path)
    found = texts(content)
    assert found[:3] == ["机关抬头", "《试验市建设国家创新型城市实施方案》中期评估报告", "接近2项"]
    assert found[-1] == "抄送：各成员单位"
    assert "一、评估依据与方法" in found and "附件3　数据来源" in found
    assert not [text for text in found if "content" in text]
    document = opened(content)
    assert round(document.sections[0].left_margin.mm) == 20
    assert document.sections[0].header.paragraphs[0].text == "试验市专用"
    assert [section.orientation for section in document.sections] == [0, 1, 0]


def test_styles_of_the_template_win_and_missing_ones_are_added(tmp_path: Path) -> None:
    content = filled(template(tmp_path, CONTENT))
    known = {style.style_id: style for style in opened(content).styles}
    assert known["Heading1"].font.size.pt != 16  # the template's own
    assert known["ReportBody"].font.size.pt == 16
    assert "一、评估依据与方法" in styled(content, "Heading1")


def test_lists_can_be_gone_through(tmp_path: Path) -> None:
    path = template(
        tmp_path,
        "{%p for one in targets %}",
        "{{ loop.index }}．{{ one.name }}：{{ one.light }}",
        "{%p endfor %}",
        CONTENT,
    )
    found = texts(filled(path))
    assert "1．高新技术企业数：接近" in found and "3．科技型中小企业数：关注" in found


def test_what_is_printed_is_escaped(tmp_path: Path) -> None:
    content = filled(template(tmp_path, "{%p for one in targets %}", "{{ one.aim }}", "{%p endfor %}", CONTENT))
    assert "<script>alert(1)</script>" in whole(content)  # as text, in a file that still opens


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_template_is_refused(tmp_path: Path, text: str) -> None:
    refused(template(tmp_path, text, CONTENT))


@pytest.mark.parametrize(
    "text",
    ["{{ targets }}", "{{ tasks|upper }}", "{{ counts }}", "{{ counts|e }}", "{{ targets|first }}",
     "{{ targets|trim }}", "{% for t in targets %}{{ t }}{% endfor %}", "{% for t in targets %}{{ loop }}{% endfor %}"],
)  # fmt: skip
def test_a_list_is_never_printed_whole(tmp_path: Path, text: str) -> None:
    """What a template prints by mistake must not reach a leader's desk as a program's own words."""
    assert "不能直接打印" in refused(template(tmp_path, text, CONTENT)).message


def test_loops_end(tmp_path: Path) -> None:
    many = world(targets=tuple(target(f"指标{n}") for n in range(60)))
    path = template(tmp_path, ENDLESS, CONTENT)
    assert STEPS_MAX < 60**4
    with pytest.raises(InnoCityError) as caught:
        fill(path, build("midterm", many), many, Pictures(None))
    assert caught.value.code == "E-REPORT-TEMPLATE" and "循环" in caught.value.message


@pytest.mark.parametrize("paragraphs", [("没有位置",), (CONTENT, CONTENT), ()])
def test_the_content_needs_one_place(tmp_path: Path, paragraphs: tuple[str, ...]) -> None:
    assert "{{ content }}" in refused(template(tmp_path, *paragraphs)).message


def added(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return path


def test_programs_and_ways_out_are_refused(tmp_path: Path) -> None:
    assert "宏" in refused(added(template(tmp_path, CONTENT), "word/vbaProject.bin", b"x")).message
    away = b'<Relationships><Relationship Target="http://example.org/x.dotm" TargetMode="External"/></Relationships>'
    assert "外部" in refused(added(template(tmp_path, CONTENT), "word/_rels/settings.xml.rels", away)).message
    single = away.replace(b'"', b"'").decode().encode("utf-16")
    assert "外部" in refused(added(template(tmp_path, CONTENT), "word/_rels/settings.xml.RELS", single)).message
    field = b'<w:p xmlns:w="urn:w"><w:instrText>INCLUDE</w:instrText><w:instrText>PICTURE "//a/b"</w:instrText></w:p>'
    assert "外部" in refused(added(template(tmp_path, CONTENT), "word/footer9.xml", field)).message
    assert "MB" in refused(added(template(tmp_path, CONTENT), "word/big.xml", bytes(INFLATED_MAX + 1))).message


def test_what_is_no_word_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    path.write_bytes(b"not a zip")
    refused(path)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "x")
    path.write_bytes(buffer.getvalue())
    refused(path)


def test_the_starter_is_a_template_that_works(tmp_path: Path) -> None:
    path = tmp_path / "midterm.docx"
    path.write_bytes(starter(build("midterm", world())))
    assert "{{ content }}" in texts(path.read_bytes())
    content, plain = filled(path), word_bytes(build("midterm", world()), Pictures(None))
    assert styled(content, "Title") == ["《试验市建设国家创新型城市实施方案》中期评估报告"]
    assert styled(content, "Heading1") == styled(plain, "Heading1")
    assert opened(content).sections[0].top_margin == opened(plain).sections[0].top_margin
    assert filled(path) == content  # the same bytes again
