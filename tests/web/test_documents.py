"""Documents on the site: what the government's open information says of them."""

from __future__ import annotations

from django.test import Client


def test_a_document_shows_how_the_government_keeps_it(site: Client) -> None:
    """索引号、主题、发布机构 and days stand in places of their own; what a text does not say has none."""
    text = site.get("/liaocheng/documents/measures-2020/").content.decode()
    number = "/".join(("11371500MB28359259", "2020-4403208"))
    for name, said in (("索引号", number), ("主题", "科技"), ("发布机构", "聊城市人民政府办公室"),
                       ("公开日期", "2020年5月16日"), ("成文日期", "2020年5月14日")):  # fmt: skip
        assert f"<dt>{name}</dt><dd>{said}</dd>" in text, name
    assert "索引号" not in site.get("/weihai/documents/plan-2023/").content.decode()
