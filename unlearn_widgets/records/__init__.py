"""What the rows stand for: keys, text, search, excerpts and colours."""

from unlearn_widgets.records.records import Records

__all__ = ["Records"]
