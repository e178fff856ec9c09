"""What comes together: in an order, at a customer."""
