"""The report for people: one self-contained HTML page of all cuts. Needs the extra `report` (jinja2)."""

from cleanspam.htmlreport.page import Heading, html
from cleanspam.htmlreport.rows import Row

__all__ = ["Heading", "Row", "html"]
