"""psutil, reduced: figures of a machine that does not exist."""

from collections import namedtuple

from interleave_lab import threads as _threads

svmem = namedtuple("svmem", "total available percent used free")
pmem = namedtuple("pmem", "rss vms")
_GB = 1 << 30


class Error(Exception):
    pass


class NoSuchProcess(Error):
    pass


def cpu_count(logical=True):
    return _threads.PROCESSORS


def cpu_percent(interval=None, percpu=False):
    return [25.0] * _threads.PROCESSORS if percpu else 25.0


def virtual_memory():
    return svmem(16 * _GB, 10 * _GB, 37.5, 6 * _GB, 8 * _GB)


class Process:
    def __init__(self, pid=None):
        self.pid = 1 if pid is None else pid

    def name(self):
        return "python"

    def memory_info(self):
        return pmem(48 << 20, 240 << 20)

    def memory_percent(self):
        return 0.3

    def cpu_percent(self, interval=None):
        return 25.0

    def num_threads(self):
        return 1
