"""The recorder's version, and that of the format it writes."""

VERSION = "0.1.0"

FORMAT = "interleave recording"
FORMAT_VERSION = 2
