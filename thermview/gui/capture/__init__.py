"""What is open: the tree and the details of what is selected."""
