"""Pages of rounds: opening, schedules, the board, closing, sharing rows out, going over to a new version."""
