"""What if: a form, a clear answer, and how near the model is to what happened."""
