"""Learners whose units compete for a sample, rate and spiking."""
