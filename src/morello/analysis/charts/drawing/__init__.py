"""What every kind of chart is drawn with: elements, letters, scales, axes, marks."""
