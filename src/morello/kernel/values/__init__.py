"""What inputs and outputs may hold besides plain values: data references, tables, blobs."""

from morello.kernel.values.blob import DIGESTS_ONLY, Blob
from morello.kernel.values.data_ref import DataRef, is_dataset_name
from morello.kernel.values.table import Column, Table

__all__ = ["DIGESTS_ONLY", "Blob", "Column", "DataRef", "Table", "is_dataset_name"]
