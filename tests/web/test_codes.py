"""Codes of the program never stand bare on a Chinese page: every persona's pages are read for them."""

from __future__ import annotations

import re
from pathlib import Path

import lxml.html
import pytest
from django.test import Client

from innocity.actions.simulate_chains import simulate_chains
from innocity.actions.simulate_exchange import cast_of, simulate_exchange
from innocity.actions.simulate_inspections import simulate_inspections
from innocity.actions.simulate_matters import simulate_matters
from innocity.actions.simulate_registers import simulate_registers
from innocity.records.models import Handler
from innocity.web.cities import pack_of
from tests.web.conftest import Persona
from tests.web.pages import PAGES, PAGES_OF
from tests.web.personas import OPERATOR, PERSONAS

SNAKE = re.compile(r"(?<![a-zA-Z0-9./@=?&_-])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![a-zA-Z0-9./=_-])")
#: Where an id may stand, and why.
SAMPLES = (
    "code", "pre", "textarea", "script", "style", "kbd", "samp",  # what is quoted as such
    "*[@data-code]",  # the code beside its name, as a hint
)  # fmt: skip
ALLOWED_PAGES = {
    "interface for programs": "an interface's own words are its field names",
    "data": "headings of the files that are downloaded there",
}
#: Numbers of listings and names of accounts are ids for people: they are what one writes and signs in with.
FINE = re.compile(rf"\w+_[do]\d{{4}}|{'|'.join(PERSONAS)}")
MORE: dict[str, tuple[str, ...]] = {
    "": ("/weihai/clauses/postdoc_matching/", "/weihai/clauses/china_patent_award_reward/", "/weihai/inspections/"),
    "firm": ("/weihai/my/facts/procedure_step/", "/weihai/my/facts/exchange_listing/"),
    "science": (
        "/weihai/office/reform/vary/", "/weihai/office/registers/award/", "/weihai/office/registers/decision/",
        "/weihai/office/registers/procedure_step/", "/weihai/office/rosters/awards_of_year/",
        "/weihai/office/rosters/linked_money/", "/weihai/office/rosters/chain_duties/",
        "/weihai/office/reform/change/china_patent_award_reward/", "/weihai/office/reform/change/postdoc_matching/",
    ),
    "auditor": ("/weihai/office/registers/award/",),
}  # fmt: skip


@pytest.fixture
def inhabited(records: Path) -> Path:
    """The small city with everything that the demo invents."""
    pack = pack_of("weihai")
    own = list(Handler.objects.order_by("account_id").values_list("party", flat=True))
    cast = cast_of(OPERATOR, [*dict.fromkeys(own), *(f"F{number:07d}" for number in range(1, 5))])
    simulate_exchange(pack, OPERATOR, cast, records)
    simulate_matters(pack, OPERATOR, cast, records)
    simulate_chains(pack, OPERATOR, cast)
    simulate_registers(pack, OPERATOR, cast)
    simulate_inspections(pack, OPERATOR, records)
    return records


def bare(client: Client, address: str) -> set[str]:
    """Ids that stand in the visible text of a page."""
    answer = client.get(address)
    if answer.status_code not in (200, 422) or "html" not in answer["Content-Type"]:
        return set()
    page = lxml.html.fromstring(answer.content.decode())
    for path in SAMPLES:
        for one in page.xpath(f"//{path}"):
            one.drop_tree()
    return {one for one in SNAKE.findall(" ".join(page.itertext())) if not FINE.fullmatch(one)}


@pytest.mark.parametrize("who", ["", *PAGES_OF])
def test_no_page_shows_a_bare_code(who: str, persona: Persona, inhabited: Path) -> None:
    client = persona(who) if who else Client(SERVER_NAME="localhost")
    pages = {k: v for k, v in (PAGES_OF[who] if who else PAGES).items() if k not in ALLOWED_PAGES}
    found = {address: codes for address in [*pages.values(), *MORE.get(who, ())] if (codes := bare(client, address))}
    assert found == {}


def test_a_firm_reads_with_whom_it_made_a_contract_and_which_step_was_taken(persona: Persona, inhabited: Path) -> None:
    """Ids of parties, clauses, steps and units stand by name; persons are not named to others."""
    firm = persona("firm")
    text = " ".join(lxml.html.fromstring(firm.get("/weihai/my/facts/").content.decode()).itertext())
    assert "步骤" in text
    for code in ("book", "apply", "ask", "report", "hnte_reward", "wh_science"):
        assert not re.search(rf"(?<![\w-]){code}(?![\w-])", text), code
    left = re.findall(r".{0,80}(?<![\w-])[FAU]\d{7}(?!\w).{0,20}", re.sub(r"\s+", " ", text))
    assert left == [], "organisations stand by name"


def test_towns_and_zones_stand_by_name(persona: Persona, inhabited: Path) -> None:
    text = persona("science").get("/weihai/office/registers/division/").content.decode()
    assert "模拟镇" in text and not re.search(r">\s*[ZT]\d{7}\s*<", text)
