"""The rows of science, packaged: one readable file each."""
