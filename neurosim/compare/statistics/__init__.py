"""Statistics over seeds and test items: intervals, tests, pairs, contrasts. They know of no experiment."""
