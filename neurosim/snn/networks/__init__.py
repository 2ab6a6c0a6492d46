"""Circuits that several learners drive, each with how one presentation runs on it."""
