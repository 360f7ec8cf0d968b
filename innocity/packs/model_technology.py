"""The kinds of technology that a city tells apart, and how work on each is organised: `technology_kinds.yaml`."""

from __future__ import annotations

from pydantic import Field, model_validator

from innocity.packs.model_amount import Confirmation
from innocity.packs.model_base import Named, Texts


class TechnologyKind(Named):
    """One entry of `technology_kinds.yaml`, by the code of `technology_form`: the ways that fit it.

    What the document leaves open says how it is read (`reading`); it is a default until it is confirmed.
    """

    modes: Texts = Field(min_length=1)  # codes of `organising_mode`
    document: str | None = None
    reading: str | None = None
    confirmed: Confirmation | None = None
    place: str = ""  # filled in by the loader: `file:line`

    @property
    def settled(self) -> bool:
        """Whether a document or an authority says so."""
        return self.reading is None or self.confirmed is not None

    @model_validator(mode="after")
    def _founded(self) -> TechnologyKind:
        if self.document is None and self.reading is None:
            raise ValueError("写 document（哪份文件规定），或 reading（默认怎么理解）")
        return self
