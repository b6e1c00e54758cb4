"""Measurements as ratios: our time against the best the machine can do in the same run.

A module `tests/bench/bench_<area>.py` registers functions with `@benchmark`; `make bench` runs them all.
"""
