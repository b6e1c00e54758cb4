"""Service: what customers ask, complain about and think of us."""
