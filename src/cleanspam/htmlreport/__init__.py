"""The HTML report: a self-contained page of all cuts. Needs the extra `report` (jinja2)."""

from cleanspam.htmlreport.page import Heading, html
from cleanspam.htmlreport.rows import Row

__all__ = ["Heading", "Row", "html"]
