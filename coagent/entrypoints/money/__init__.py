"""Opportunities, decisions and savings for the command line."""
