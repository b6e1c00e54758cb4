"""Every exception from a rule, openly, with its reason. One that is no longer needed fails its test."""

# Functions of db/queries that use Core tables or textual SQL and so walk past the row scope.
PAST_THE_SCOPE: dict[str, str] = {
    "db.queries.merging.references": "reads which tables refer to which, never their rows",
}

# Where crm_core may wait.
MAY_SLEEP: dict[str, str] = {
    "crm_core/data/execution.py": "waits, outside of any transaction, for a worker that was quicker",
}

# Tables that point to an owned table but carry no mark of their own.
UNMARKED_CHILDREN: dict[str, str] = {
    "tags": "a tag is a word everybody uses; it only remembers the import that brought it",
}

# Use cases without a mention in the tests: none, and it should stay so.
UNTESTED_USE_CASES: dict[str, str] = {}
