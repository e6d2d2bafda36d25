"""The packaged workflows, by name; each is a dotted name that is imported on use."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal

from kuralab.errors import unknown_name

if TYPE_CHECKING:
    from types import ModuleType


@dataclass(frozen=True)
class Workflow:
    """A row of science, packaged.

    Its module has a docstring that says what is done, ``protocol()``, and ``run_workflow(lab_folder,
    *, seed, ...)``. kind: one ``run`` of the protocol, which gives a ``CarriedOut``; or a ``search``, a
    campaign whose best candidate goes through the protocol, with ``definition`` and ``facility``.
    """

    name: str
    row: str
    summary: str
    module: str
    kind: Literal["run", "search"] = "run"

    def load(self) -> ModuleType:
        """The module; importing it is what takes time."""
        return import_module(self.module)

    def description(self) -> str:
        """What is done, as a paper would say it."""
        return inspect.getdoc(self.load()) or self.summary

    def introduction(self) -> str:
        """The description without its heading, and in Japanese, in a report's spelling."""
        _, _, text = self.description().partition("\n\n")
        text = text.replace("degC", "°C").replace("sigma T", "σT")
        japanese: Any = getattr(self.load(), "IN_JAPANESE", "")
        return "\n\n".join(filter(None, [" ".join(text.split()), japanese]))


WORKFLOWS: Final = {
    workflow.name: workflow
    for workflow in (
        Workflow(
            name="solid_electrolyte",
            row="B1",
            summary="Conductivity of Li3PS4-LiI glasses against composition.",
            module="kuralab.workflows.solid_electrolyte",
        ),
        Workflow(
            name="high_pressure_hydride",
            row="B4",
            summary="Search for a hydride at high pressure: synthesis, X-rays, neutrons for the best.",
            module="kuralab.workflows.high_pressure_hydride",
            kind="search",
        ),
        Workflow(
            name="proton_conductor",
            row="B6",
            summary="A dense proton conductor with CuO: search, then chemistry, water, cells and ESR.",
            module="kuralab.workflows.proton_conductor",
            kind="search",
        ),
    )
}


def workflow_named(name: str) -> Workflow:
    """The workflow of one name.

    Raises
    ------
    InputError
        Unknown name; near misses are offered.
    """
    if name not in WORKFLOWS:
        raise unknown_name(name, WORKFLOWS, what="workflow")
    return WORKFLOWS[name]
