"""Where the points lie, and which of them a gesture holds."""
