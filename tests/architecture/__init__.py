"""Rules of the house that a machine checks: a rule that matters is checked here, or it does not exist."""
