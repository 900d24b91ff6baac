# SPDX-License-Identifier: Apache-2.0
"""What the Markdown emitters share."""
from .text import banner


def page(title, files, *groups):
    """A page: `groups` are paragraphs and tables, each a list of lines."""
    names = banner("<!--", *files) + " -->"
    return "\n\n".join([names, f"# {title}", *("\n".join(group) for group in groups if group)]) + "\n"


def cell(value):
    return str(value).replace("|", "\\|")


def table(headings, rows):
    """A table; cells are escaped."""
    return ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings),
            *("| " + " | ".join(cell(value) for value in row) + " |" for row in rows)]


def code(value):
    return f"`{value}`"
