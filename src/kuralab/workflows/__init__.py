"""The rows of science, packaged: one readable file each, and what they share."""

from kuralab.workflows._registry import WORKFLOWS, Workflow, workflow_named

__all__ = ["WORKFLOWS", "Workflow", "workflow_named"]
