"""Reading a composition: formulas, mixtures with shares, phase prefix and label.

composition = [ phase "-" ] body [ " (" label ")" ]
body        = formula | share formula "-" share formula ... | element "-" wt% element ...
formula     = ( element | "(" formula ")" ) [ amount ] ...
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from kuralab.errors import InputError

Basis = Literal["mol%", "wt%"]
"""What the shares of a mixture count."""

# D is deuterium; T is left out, since it stands in names (TFSI) more often than for tritium.
_SYMBOLS: Final = """
    H D He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr
    Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb
    Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr
"""
ELEMENTS: Final = frozenset(_SYMBOLS.split())
_LONGEST: Final = 500
_DEEPEST: Final = 8
_LARGEST_AMOUNT: Final = 1e6
_SHARE_TOLERANCE: Final = 0.005

_DASHES: Final = str.maketrans(dict.fromkeys("·•⋅‧・–—−‐‑", "-"))
_GREEK: Final = dict(
    zip(
        "αβγδεζηθ",
        ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"),
        strict=True,
    )
)
_PHASE: Final = re.compile(rf"({'|'.join([*_GREEK, *_GREEK.values()])})([\"']*)-(?=[A-Z(\[0-9])")
_LABEL: Final = re.compile(r"(\S.*?)\s+\(((?:[^()]|\([^()]*\))+)\)")
_SHARE: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?|\.[0-9]+)?\s*(.*)")
_TOKEN: Final = re.compile(
    r"(?P<element>[A-Z][a-z]?)|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<amount>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
)
_OPEN_AMOUNT: Final = re.compile(r"(?<![A-Za-z])[xyznδ](?![a-z])|(?<=[A-Za-z])[xyzδ](?![a-z])")
_CLOSES: Final = {"(": ")", "[": "]", "{": "}"}
_HOW: Final = (
    "Write 'Li7P3S11', a mixture '54Li3PS4-46LiI' (mol%) or an alloy 'Ti-6Al-4V' (wt%); "
    "a label follows in brackets after a blank: 'Li3PS4 (glass)'."
)


class Part(NamedTuple):
    """One formula of a mixture: as written, its share in percent, atoms per formula unit."""

    formula: str
    share: float
    atoms: Mapping[str, float]


class Reading(NamedTuple):
    """A composition taken apart; ``text`` is its normal form."""

    text: str
    phase: str
    parts: tuple[Part, ...]
    basis: Basis
    label: str


@lru_cache(maxsize=4096)
def read_composition(given: str) -> Reading:
    """Take a composition apart.

    Raises
    ------
    InputError
        Not a composition; the message says which part, the hint what to write.
    """
    if len(given) > _LONGEST:
        raise _refusal(f"{len(given)} characters are too long for a composition")
    plain = unicodedata.normalize("NFKC", given).replace("′", "'").replace("″", '"')
    plain = re.sub(r"\s*-\s*", "-", " ".join(plain.translate(_DASHES).split()))
    if not plain:
        raise _refusal("no composition is given")
    labelled = _LABEL.fullmatch(plain)
    body, label = labelled.groups() if labelled else (plain, "")
    prefix = _PHASE.match(body)
    phase = ""
    if prefix:
        phase = _GREEK.get(prefix[1], prefix[1]) + prefix[2]
        body = body[prefix.end() :]
    written = re.split(r"-(?![^(\[{]*[)\]}])", body)
    if phase and len(written) > 1:
        raise _refusal(f"the phase {phase!r} is given for a mixture", "A phase belongs to one formula.")
    basis: Basis = "wt%" if label in ("wt%", "mass%") else "mol%"
    shares_and_formulas = [_share_and_formula(part, body) for part in written]
    if _is_alloy(shares_and_formulas):
        basis = "wt%"
        shares_and_formulas = _with_balance(shares_and_formulas, body)
    parts = _normalised(shares_and_formulas, body)
    text = (f"{phase}-" if phase else "") + re.sub(r"(?<=[0-9]) (?=\S)", "", body)
    return Reading(text + (f" ({label})" if label else ""), phase, parts, basis, label)


@lru_cache(maxsize=4096)
def atoms_of_formula(formula: str) -> Mapping[str, float]:
    """Atoms of each element in one formula unit.

    Raises
    ------
    InputError
        Unknown element, brackets that do not match, or an amount that is not positive.

    Examples
    --------
    >>> dict(atoms_of_formula("Li1.3Al0.3Ti1.7(PO4)3"))
    {'Li': 1.3, 'Al': 0.3, 'Ti': 1.7, 'P': 3.0, 'O': 12.0}
    """
    _refuse_names(formula)
    # One level for each open bracket; group is what the next amount multiplies.
    levels: list[dict[str, float]] = [{}]
    brackets: list[str] = []
    group: dict[str, float] = {}
    position = 0
    while position < len(formula):
        token = _TOKEN.match(formula, position)
        if token is None:
            raise _unreadable(formula, formula[position:])
        position = token.end()
        if symbol := token["element"]:
            _add(levels[-1], group)
            if symbol not in ELEMENTS:
                raise _unknown_element(symbol, formula)
            group = {symbol: 1.0}
        elif token["amount"]:
            group = _multiplied(group, token["amount"], formula)
            _add(levels[-1], group)
            group = {}
        elif bracket := token["open"]:
            _add(levels[-1], group)
            group = {}
            levels.append({})
            brackets.append(bracket)
            if len(brackets) > _DEEPEST:
                raise _refusal(f"{formula!r} has brackets more than {_DEEPEST} deep")
        else:
            _add(levels[-1], group)
            if not brackets or _CLOSES[brackets.pop()] != token["close"] or not levels[-1]:
                raise _refusal(f"the brackets of {formula!r} do not match, or hold nothing", _HOW)
            group = levels.pop()
    if brackets:
        raise _refusal(f"a bracket of {formula!r} is not closed")
    _add(levels[0], group)
    return MappingProxyType(levels[0])


def _share_and_formula(part: str, body: str) -> tuple[float | None, str]:
    found = _SHARE.fullmatch(part)
    if found is None or not found[2]:
        raise _unreadable(body, part or "-")
    return (None if found[1] is None else float(found[1])), found[2]


def _is_alloy(parts: list[tuple[float | None, str]]) -> bool:
    """An element without a share, then elements with one: ``Ti-6Al-4V``."""
    (first, _), *others = parts
    return (
        bool(others)
        and first is None
        and all(formula in ELEMENTS for _, formula in parts)
        and all(share is not None for share, _ in others)
    )


def _with_balance(parts: list[tuple[float | None, str]], body: str) -> list[tuple[float | None, str]]:
    stated = sum(share or 0.0 for share, _ in parts)
    if not stated < 100:
        raise _refusal(f"{body!r} leaves nothing for {parts[0][1]}: the others sum to {stated:g} wt%")
    return [(100.0 - stated, parts[0][1]), *parts[1:]]


def _normalised(parts: list[tuple[float | None, str]], body: str) -> tuple[Part, ...]:
    """Shares in percent, as they were meant: of 100 or of 1."""
    # Formulas first: an unknown element says more than a wrong sum.
    atoms = [atoms_of_formula(formula) for _, formula in parts]
    names = [formula for _, formula in parts]
    if len(set(names)) < len(names):
        raise _refusal(f"{body!r} names a component twice")
    if len(parts) == 1 and parts[0][0] is None:
        return (Part(names[0], 100.0, atoms[0]),)
    shares = [share for share, _ in parts if share is not None]
    if len(shares) < len(parts):
        equal = "" if shares else f" Equal parts are '{_in_percent(names, [1.0] * len(names))}'."
        raise _refusal(
            f"{body!r} does not give the share of each part",
            f"Write every share in mol%, such as '54Li3PS4-46LiI'.{equal}",
        )
    if min(shares) <= 0:
        raise _refusal(f"{body!r} has a share of zero")
    total = sum(shares)
    if min(abs(total - 1), abs(total - 100) / 100) > _SHARE_TOLERANCE:
        raise _refusal(
            f"the shares of {body!r} sum to {total:g}, not to 100 (mol%) or 1",
            f"In that ratio it is '{_in_percent(names, shares)}'.",
        )
    return tuple(
        Part(name, 100.0 * share / total, found)
        for name, share, found in zip(names, shares, atoms, strict=True)
    )


def _in_percent(names: list[str], shares: list[float]) -> str:
    total = sum(shares)
    return "-".join(
        f"{100 * share / total:.4g}{name}" for share, name in zip(shares, names, strict=True)
    )


def _add(into: dict[str, float], group: Mapping[str, float]) -> None:
    for element, amount in group.items():
        into[element] = into.get(element, 0.0) + amount


def _multiplied(group: Mapping[str, float], written: str, formula: str) -> dict[str, float]:
    if not group:
        raise _unreadable(formula, written)
    amount = float(written)
    if not 0 < amount <= _LARGEST_AMOUNT:
        raise _refusal(f"the amount {written[:20]} in {formula!r} is not above zero and below a million")
    return {element: count * amount for element, count in group.items()}


@cache
def _names() -> dict[str, dict[str, str]]:
    import yaml

    text = files("kuralab.model").joinpath("material_names.yaml").read_text("utf-8")
    found: dict[str, dict[str, str]] = yaml.safe_load(text)
    return found


def _refuse_names(formula: str) -> None:
    if hint := _names()["names"].get(formula):
        raise _refusal(f"{formula!r} is a name, not a formula", hint)
    for ligand, hint in _names()["ligands"].items():
        if ligand in formula:
            raise _refusal(f"{ligand!r} in {formula!r} is a name, not a formula", hint)


def _refusal(message: str, hint: str = "") -> InputError:
    return InputError(message, field="composition", hint=hint)


def _unknown_element(symbol: str, formula: str) -> InputError:
    if _OPEN_AMOUNT.search(symbol) and symbol[0] in ELEMENTS:
        return _open_amount(formula, symbol[1])
    return _refusal(f"{symbol!r} in {formula!r} is not an element", _HOW)


def _unreadable(formula: str, rest: str) -> InputError:
    if found := _OPEN_AMOUNT.search(formula):
        return _open_amount(formula, found.group())
    return _refusal(f"{formula!r} is not a composition (stopped at {rest[:20]!r})", _HOW)


def _open_amount(formula: str, symbol: str) -> InputError:
    return _refusal(f"the amount {symbol!r} in {formula!r} is open", "Give a number for it.")
