"""Reads and writes the array file of `src-main/tensor/array-file.ts`: a JSON value that carries typed arrays.

Layout (little-endian): 8 bytes magic `G3DARRAY`, uint32 version (1), uint32 byte length of the JSON header, the header
(UTF-8), zero padding to a multiple of 16, then the arrays, each starting at a multiple of 16. Header:
`{"value": ..., "arrays": [{"dtype", "shape", "offset", "bytes"}]}`; inside `value` an array stands as
`{"$array": index}`; `offset` counts from the first byte behind the padding.
float16 arrays are kept as float16 here; TypeScript widens them to float32 when it reads.
"""

import json
import mmap
import struct
from pathlib import Path
from typing import Any

import numpy as np

MAGIC = b"G3DARRAY"
VERSION = 1
ALIGNMENT = 16
DTYPES = ("float16", "float32", "float64", "uint8", "int8", "uint16", "int16", "uint32", "int32")


def write_array_file(path: Path, value: Any) -> int:
    """Any nesting of dicts, lists, JSON scalars and numpy arrays. Returns the size of the file in bytes."""
    arrays: list[np.ndarray] = []
    entries: list[dict[str, Any]] = []
    offset = 0

    def strip(node: Any) -> Any:
        nonlocal offset
        if isinstance(node, np.ndarray):
            if node.dtype.name not in DTYPES:
                raise TypeError(f"cannot store {node.dtype} in an array file")
            array = np.ascontiguousarray(node)
            entries.append(
                {"dtype": array.dtype.name, "shape": list(array.shape), "offset": offset, "bytes": array.nbytes}
            )
            arrays.append(array)
            offset = align(offset + array.nbytes)
            return {"$array": len(arrays) - 1}
        if isinstance(node, dict):
            return {key: strip(child) for key, child in node.items()}
        if isinstance(node, list | tuple):
            return [strip(child) for child in node]
        return node

    stripped = strip(value)
    header = json.dumps({"value": stripped, "arrays": entries}, separators=(",", ":")).encode()
    start = align(16 + len(header))
    out = bytearray(start + offset)
    out[:8] = MAGIC
    struct.pack_into("<II", out, 8, VERSION, len(header))
    out[16 : 16 + len(header)] = header
    for entry, array in zip(entries, arrays, strict=True):
        begin = start + entry["offset"]
        out[begin : begin + entry["bytes"]] = array.tobytes()
    path.write_bytes(out)
    return len(out)


def read_array_file(path: Path) -> Any:
    """The reverse of :func:`write_array_file`. Raises ValueError on anything else."""
    return decode_array_file(path.read_bytes())


def map_array_file(path: Path) -> Any:
    """The same without reading the arrays: they are read-only views of the mapped file."""
    with path.open("rb") as file:
        return decode_array_file(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), copy=False)


def decode_array_file(data: bytes | mmap.mmap, copy: bool = True) -> Any:
    """The same from the bytes of a file."""
    if data[:8] != MAGIC:
        raise ValueError(f"not an array file: starts with {data[:8]!r}")
    version, length = struct.unpack_from("<II", data, 8)
    if version != VERSION:
        raise ValueError(f"array file version {version}, this build reads {VERSION}")
    header = json.loads(data[16 : 16 + length])
    start = align(16 + length)

    def fill(node: Any) -> Any:
        if isinstance(node, dict):
            if "$array" in node:
                entry = header["arrays"][node["$array"]]
                flat = np.frombuffer(data, entry["dtype"], int(np.prod(entry["shape"])), start + entry["offset"])
                array = flat.reshape(entry["shape"])
                return array.copy() if copy else array
            return {key: fill(child) for key, child in node.items()}
        if isinstance(node, list):
            return [fill(child) for child in node]
        return node

    return fill(header["value"])


def align(offset: int) -> int:
    return -(-offset // ALIGNMENT) * ALIGNMENT
