"""What is on paper: files by their content, their text, their pages as pictures, letters made."""
