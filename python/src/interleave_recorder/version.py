"""The version of the recorder, and that of the file format."""

VERSION = "0.1.0"

FORMAT = "interleave recording"
FORMAT_VERSION = 2
