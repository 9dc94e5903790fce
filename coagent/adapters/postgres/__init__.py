"""Postgres: tables, stores and roles."""
