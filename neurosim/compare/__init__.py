"""The comparison: the declarative experiment, the loop over trials, the store, the statistics. Draws nothing."""
