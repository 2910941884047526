"""Generated examples are the same in every run and many more under `make soak`; no clock decides."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "quick",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("soak", settings.get_profile("quick"), max_examples=3_000)
settings.load_profile("soak" if os.environ.get("BIEUMAU_SOAK") else "quick")
