"""What stands before every request: who may knock, how loud, and for how long."""
