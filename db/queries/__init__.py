"""Statements, one module a noun. SQL is written here and nowhere else."""

from typing import Any

from sqlalchemy import Select

Rows = Select[*tuple[Any, ...]]
"""A statement that returns rows, whatever their columns."""
