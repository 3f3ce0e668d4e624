"""Columns and tables of Arrow, cleaned by the compiled screen: for Ray, Spark, datasets, Dask, Daft and their like."""

from cleanspam.arrow.columns import CleanedColumn, clean_column
from cleanspam.arrow.cuts import CUTS, restore_column
from cleanspam.arrow.tables import CleanTables

__all__ = ["CUTS", "CleanTables", "CleanedColumn", "clean_column", "restore_column"]
