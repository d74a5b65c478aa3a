"""What has a deadline, and the conditions under which a person does it: one function that everything else asks."""
