"""Charts for reports, shown and saved without a network.

Each takes a problem or a session and returns an Altair chart in a light or a dark theme; `save`
writes it as .png, .svg, .pdf, .html or .json.
"""

from __future__ import annotations

from unlearn_widgets.charts.frontier_chart import frontier
from unlearn_widgets.charts.history_chart import effect_history
from unlearn_widgets.charts.offline import save
from unlearn_widgets.charts.paths_chart import removal_paths
from unlearn_widgets.charts.table_chart import rule_table

__all__ = ["effect_history", "frontier", "removal_paths", "rule_table", "save"]
