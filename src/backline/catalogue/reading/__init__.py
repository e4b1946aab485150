"""Reads case types: a folder of plain files becomes a definition in which everything knows where it stands."""

from backline.catalogue.reading.folders import (
    Neighbourhood,
    ReadType,
    files_of,
    neighbourhood_of,
    read_files,
    read_folder,
    read_neighbourhood,
    read_type,
)

__all__ = [
    "Neighbourhood",
    "ReadType",
    "files_of",
    "neighbourhood_of",
    "read_files",
    "read_folder",
    "read_neighbourhood",
    "read_type",
]
