"""Servers that coagent runs itself on one machine: a broker and a database."""
