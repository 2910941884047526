"""Pages of reports: the inbox, filling, reading, comparing, moving from hand to hand."""
