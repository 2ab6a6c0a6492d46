"""Controls: what any learner should beat, and what it must not lose to."""
