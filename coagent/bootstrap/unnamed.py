"""What to do where no server is named."""

OR_UP = "run `coagent up`, or name the data directory of one that runs in COAGENT_DATA_DIR"
