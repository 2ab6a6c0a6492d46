"""Encoders (values to spike rates or times) and read-outs (activity to label). Knows nothing of tasks or learners."""
