"""Cleans columns and tables of Arrow with the compiled byte scan, for Ray, Spark, datasets, Dask, Daft and similar engines."""

from cleanspam.arrow.columns import CleanedColumn, clean_column
from cleanspam.arrow.cuts import CUTS, restore_column
from cleanspam.arrow.tables import CleanTables

__all__ = ["CUTS", "CleanTables", "CleanedColumn", "clean_column", "restore_column"]
