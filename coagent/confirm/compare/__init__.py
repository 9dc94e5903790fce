"""How large a change is and how sure: like requests before and after it."""
