"""Service level objectives: their file, burn rates of error budgets, and what is held back while one burns."""
