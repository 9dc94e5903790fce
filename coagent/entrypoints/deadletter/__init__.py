"""What `coagent deadletter` needs: which letters are meant, and how they are shown."""
