"""`python -m coagent`."""

from coagent.entrypoints.cli.main import main

main()
