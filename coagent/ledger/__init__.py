"""What approved changes really save: realised against promised, day by day, with the mix held constant."""
