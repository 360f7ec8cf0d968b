"""From a city's name or folder to its pack: parents first, then the city, joined and checked.

    pack = load_pack("weihai")

Every error has a code, a file with its line, and a remedy; all of them are raised together.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import innocity
from innocity.core.errors import ErrorList, InnoCityError, Place
from innocity.core.glossary import Glossary, Term, load_glossary
from innocity.packs.fingerprint import pack_hash
from innocity.packs.invalid import suggest
from innocity.packs.layers import Layer, Source, read_layer
from innocity.packs.model import FENCES, City, Observation, Pack
from innocity.packs.references import check_references

T = TypeVar("T")
_REMOVABLE = (
    "codes", "registers", "exclusions", "indicators", "assessments", "indices", "matching", "gradings", "rosters",
    "technology_kinds", "procedures", "inspections", "units", "payers", "documents", "fences",
)  # fmt: skip

#: Of those, what stands in files of its own; units and payers stand in city.yaml.
_OWN = tuple(name for name in _REMOVABLE if name not in ("units", "payers"))


def cities_root() -> Path:
    """The folder of all cities: INNOCITY_CITIES, the packaged one, or `cities/` beside the package."""
    setting = os.environ.get("INNOCITY_CITIES")
    if setting:
        return Path(setting)
    package = Path(innocity.__file__).resolve().parent
    packaged = package / "_cities"
    return packaged if packaged.is_dir() else package.parent / "cities"


def known_cities(root: Path | None = None) -> list[str]:
    """Names under which `load_pack` finds a city, parents (`base/...`) excluded, in bytewise order."""
    folder = root or cities_root()
    return sorted(path.parent.name for path in folder.glob("*/city.yaml"))


def find_city(city: str | Path, root: Path | None = None) -> Path:
    """The folder of a city given by its known name (`weihai`, `base/cn`) or by its folder.

    Error: E-CITY-UNKNOWN, with the names that are known.
    """
    folder = root or cities_root()
    name = str(city)
    for candidate in (folder / name, Path(name)):
        if name and (candidate / "city.yaml").is_file():
            return candidate.resolve()
    known = known_cities(folder)
    remedy = f"{suggest(name, known)}；也可以给出含有 city.yaml 的文件夹"
    raise InnoCityError("E-CITY-UNKNOWN", f"找不到城市“{name}”", None, remedy, {"known": known})


def load_pack(city: str | Path, *, root: Path | None = None) -> Pack:
    """The pack of a city, with what it inherits; `root` overrides the folder of all cities.

    Errors: E-CITY-*, E-YAML-*, E-DOCUMENT-*, E-PACK-* and those of written values.
    """
    pack, errors = read_pack(city, root=root)
    errors.raise_if_any()
    if pack is None:
        raise InnoCityError("E-CITY-UNKNOWN", f"城市“{city}”没有可用的 city.yaml")
    return pack


def read_pack(city: str | Path, *, root: Path | None = None) -> tuple[Pack | None, ErrorList]:
    """The pack as far as it can be read, and everything that is wrong with it (for `innocity check`)."""
    folder = find_city(city, root)
    errors = ErrorList()
    layers = _layers(folder, root or cities_root(), errors, ())
    if layers[-1].city is None:
        return None, errors
    sources: dict[tuple[str, str], Source] = {}
    pack = _join(layers, layers[-1].city, sources, errors)
    broken = frozenset(one for layer in layers for one in layer.broken)
    check_references(pack, sources, broken, errors)
    return pack.model_copy(update={"hash": pack_hash(pack)}), errors


def load_glossaries(pack: Pack) -> Glossary:
    """The program's glossary, then those of the parents, then the city's own."""
    return load_glossary(*_glossary_files(pack))


def every_term(pack: Pack) -> list[Term]:
    """The terms of all these, those too whose identifier a later one gives another meaning."""
    return [term for path in _glossary_files(pack) for term in load_glossary(path)]


def _glossary_files(pack: Pack) -> list[Path]:
    root = cities_root()
    program = root / "glossary.yaml" if (root / "glossary.yaml").exists() else root.parent / "glossary.yaml"
    folders = [Path(parent) for parent in _parent_folders(pack)]
    return [program, *(folder / "glossary.yaml" for folder in [*folders, Path(pack.root)])]


def _parent_folders(pack: Pack) -> list[Path]:
    return [folder for parent in pack.parents if (folder := _parent(Path(pack.root), parent, cities_root()))]


def _shown(folder: Path, root: Path) -> str:
    """A folder's name in errors: relative, so that no machine's paths get into files."""
    try:
        inside = folder.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return folder.name
    return f"cities/{inside}"


def _parent(folder: Path, name: str, root: Path) -> Path | None:
    """A parent's folder: under the folder of all cities, or beside the city."""
    for base in (root, folder.parent, folder.parent.parent):
        if (base / name / "city.yaml").is_file():
            return (base / name).resolve()
    return None


def _layers(folder: Path, root: Path, errors: ErrorList, below: tuple[Path, ...]) -> list[Layer]:
    """The layers of a folder: its parents' (each once), then its own."""
    layer = read_layer(folder, _shown(folder, root), errors)
    parents: list[Layer] = []
    for index, name in enumerate(layer.city.extends if layer.city else ()):
        place = layer.sources["city", "city"].place("extends", index)
        parent = _parent(folder, name, root)
        if parent is None:
            errors.add("E-CITY-PARENT", f"找不到上级包“{name}”", place, "写成 base/cn 这样的名字")
        elif parent == folder or parent in below:
            errors.add("E-CITY-CIRCLE", f"上级包“{name}”又引用回来", place, "从 extends 中删去")
        else:
            known = {one.folder for one in parents}
            parents += [one for one in _layers(parent, root, errors, (*below, folder)) if one.folder not in known]
    return [*parents, layer]


def _join(layers: list[Layer], city: City, sources: dict[tuple[str, str], Source], errors: ErrorList) -> Pack:
    """Later layers replace the same ids; `remove` deletes what earlier ones brought."""
    parts: dict[str, dict[str, Any]] = {name: {} for name in _REMOVABLE}
    for layer in layers:
        if layer.city is None:
            continue
        _remove(layer, parts, errors)
        for name in _OWN:
            _replace(parts[name], getattr(layer, name))
        _replace(parts["units"], _by_id(layer.city.units))
        _replace(parts["payers"], _by_id(layer.city.payers))
        sources.update(layer.sources)
    fences: dict[str, Any] = {
        f"{kind}s": {i: f for i, (k, f) in parts["fences"].items() if k == kind} for kind in FENCES
    }
    return Pack(
        city=city,
        root=str(layers[-1].folder),
        parents=tuple(_name(layer) for layer in layers[:-1]),
        codes=parts["codes"],
        registers=parts["registers"],
        exclusions=tuple(parts["exclusions"].values()),
        units=parts["units"],
        payers=parts["payers"],
        documents=parts["documents"],
        indicators=parts["indicators"],
        assessments=parts["assessments"],
        indices=parts["indices"],
        matching=parts["matching"],
        gradings=parts["gradings"],
        rosters=parts["rosters"],
        technology_kinds=parts["technology_kinds"],
        procedures=parts["procedures"],
        inspections=parts["inspections"],
        observations=_observations(layers),
        **fences,
    )


def _observations(layers: list[Layer]) -> tuple[Observation, ...]:
    """The parents' figures, then the city's own. `city` in a parent's file means that parent, not its
    child: such figures stay behind, those with a named scope (全省, 全国) come along."""
    inherited = [one for layer in layers[:-1] for one in layer.observations if one.scope != "city"]
    return (*inherited, *layers[-1].observations)


def _name(layer: Layer) -> str:
    return layer.shown.removeprefix("cities/")


def _by_id(items: Iterable[Any]) -> dict[str, Any]:
    return {item.id: item for item in items}


def _replace(into: dict[str, T], new: dict[str, T]) -> None:
    """Ids replaced move to the end, as if the child had written them itself."""
    for key in new:
        into.pop(key, None)
    into.update(new)


def _remove(layer: Layer, parts: dict[str, dict[str, Any]], errors: ErrorList) -> None:
    assert layer.city is not None
    for kind, ids in layer.city.remove.items():
        place = layer.sources["city", "city"].place("remove", kind)
        bag = parts["fences"] if kind.rstrip("s") in FENCES else parts.get(kind)
        if bag is None:
            remedy = f"只能删去 {'、'.join((*_REMOVABLE[:-1], *(f'{k}s' for k in FENCES)))}"
            errors.add("E-CITY-REMOVE", f"remove 里的 {kind} 不可删", place, remedy)
            continue
        for one in ids:
            if bag.pop(one, None) is None:
                errors.add("E-CITY-REMOVE", f"上级包里没有 {kind} {one}", place, suggest(one, set(bag)))


def place_of(text: str) -> Place:
    """A `file:line` of a fence, document or article as a Place.

    >>> place_of("cities/weihai/documents/opinion-2018.md:31")
    Place(file='cities/weihai/documents/opinion-2018.md', line=31, column=None, path=None)
    """
    file, _, line = text.rpartition(":")
    return Place(file, int(line)) if file and line.isdigit() else Place(text or None)
