"""Pictures in files, drawn with matplotlib, which is loaded only when something is drawn."""
