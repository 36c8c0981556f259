"""Parts of ``make reproduce``: settings, rules, studies, and the report they end in."""
