"""What models are made of: features of columns, weights, trees."""
