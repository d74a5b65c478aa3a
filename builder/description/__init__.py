"""Content in words, for every form that has no room for a drawing. Pure."""

from builder.description.diagram import Chart, describe_diagram, find_back_arrows

__all__ = ["Chart", "describe_diagram", "find_back_arrows"]
