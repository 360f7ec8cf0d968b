"""`innocity records publish` and `unpublish`: chosen by ids or values, listed first, with who checked and on what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from innocity.records.models import AuditEntry
from tests.cli.conftest import data, typed
from tests.cli.instance import working_in

REGISTER = ("weihai", "qualification")
CHECKED = ("--checked-by", "王审查", "--basis", "认定公告1号")


@pytest.fixture
def titles(tmp_path: Path) -> Iterator[list[str]]:
    """The ids of two recognitions of two firms."""
    from innocity.actions.record_facts import record_rows
    from innocity.packs.load import load_pack
    from tests.records.conftest import OPERATOR

    with working_in(tmp_path):
        typed("records", "adopt", "weihai")
        pack = load_pack("weihai")
        for party in ("A", "B"):
            firm = {"party_id": party, "uscc": f"X{party}", "name": f"{party}司"}
            record_rows(pack, OPERATOR, "organization", [firm])
        rows = [{"party_id": party, "title": "hnte", "issued_on": "2023-11-01", "certificate_no": f"GR{party}"}
                for party in ("A", "B")]  # fmt: skip
        yield list(record_rows(pack, OPERATOR, "qualification", rows).ids)


def test_facts_are_listed_then_published_then_taken_back(titles: list[str]) -> None:
    seen = data("records", "publish", *REGISTER, "--where", "certificate_no=GRB", "--preview")
    assert (seen["count"], seen["ids"], seen["first"][0]["name"]) == (1, titles[1:], "B司")
    assert AuditEntry.objects.filter(action="publish_facts").count() == 0
    done = data("records", "publish", *REGISTER, "--where", "certificate_no=GRB", *CHECKED)
    assert done == {"register": "qualification", "published": 1, "ids": titles[1:]}
    assert data("records", "publish", *REGISTER, "--ids", ",".join(titles), *CHECKED)["published"] == 1
    assert data("verify")["findings"] == []
    shut = data("records", "unpublish", *REGISTER, "--where", "text=A司", "--reason", "公告撤销")
    assert shut == {"register": "qualification", "unpublished": 1, "ids": titles[:1]}
    assert "公开了 1 条" in typed("records", "publish", *REGISTER, "--ids", titles[0], *CHECKED).stdout
    assert data("verify")["findings"] == []


def test_nothing_is_published_by_a_command_that_leaves_something_open(titles: list[str]) -> None:
    wanted = [
        (("records", "publish", *REGISTER, *CHECKED), "E-USAGE", 2),
        (("records", "publish", *REGISTER, "--where", "GRB", *CHECKED), "E-USAGE", 2),
        (("records", "publish", *REGISTER, "--where", "colour=red", *CHECKED), "E-FACTS-COLUMN-EXTRA", 1),
        (("records", "publish", *REGISTER, "--ids", titles[0]), "E-PUBLISH-CHECK", 1),
        (("records", "publish", *REGISTER, "--ids", "nothing", *CHECKED), "E-FACT-UNKNOWN", 1),
        (("records", "publish", "weihai", "person", "--ids", "x", *CHECKED), "E-PUBLISH-PERSONAL", 1),
        (("records", "unpublish", *REGISTER, "--ids", titles[0]), "E-PUBLISH-REASON", 1),
    ]
    for words, code, ended in wanted:
        assert data(*words, code=ended)["error"]["code"] == code, words
    assert AuditEntry.objects.filter(action__in=("publish_facts", "unpublish_facts")).count() == 0
