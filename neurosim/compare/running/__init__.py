"""Runs: cells one after the other or in processes, kept as they finish, whole or not at all."""
