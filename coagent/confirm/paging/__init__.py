"""Whether people are paged."""
