"""Learners on layered rate networks."""
