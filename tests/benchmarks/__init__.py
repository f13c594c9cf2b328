"""Programs that measure; never part of the test run. Each prints ratios against a baseline of the same run."""
