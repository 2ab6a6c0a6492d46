"""The loops that present a task to a learner, one file a kind of task."""
