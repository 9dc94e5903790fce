"""What pictures and terminal screens share: style, files, bars."""
