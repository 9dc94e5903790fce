"""The only place that sequences rooms; one file a process step."""
