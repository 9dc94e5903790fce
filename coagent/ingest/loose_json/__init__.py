"""Plain values out of JSON that anybody may have written."""
