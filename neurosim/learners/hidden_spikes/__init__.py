"""Learners with a hidden layer of spiking neurons."""
