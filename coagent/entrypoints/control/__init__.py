"""What `coagent accept`, `mute`, `unmute` and `reset` share: whom they are for, and how they are said."""
