"""What the runner is told: the decision (pure) and the lamps that say it."""
