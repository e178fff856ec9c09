"""One file per kind of chart: a chart in, shapes out."""
