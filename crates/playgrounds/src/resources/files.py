"""Files: written, continued and read back; a download that is verified; clean-up."""

import asyncio
import zlib

PARAMS = {
    "write": 0.1,
    "read": 0.05,
    "files": [
        {"name": "example.txt", "text": "Hello from async file I/O!", "more": " And more."},
        {"name": "data.txt", "text": "Hello, async world!", "more": " Second line."},
        {"name": "menu.txt", "text": "Crème brûlée", "more": " for 5 €"},
    ],
    "kilobytes": 100,
    "download": 1.5,
    "damaged": False,
}
DOWNLOAD = "download.bin"


class Folder:
    """Stands in for a disk: what is done takes its time."""

    def __init__(self, p):
        self.p, self.files = p, {}

    async def write(self, name, content):
        await asyncio.sleep(self.p["write"])  # @write
        self.files[name] = content

    async def append(self, name, content):
        await asyncio.sleep(self.p["write"])  # @append
        self.files[name] = self.files.get(name, b"") + content

    async def read(self, name):
        await asyncio.sleep(self.p["read"])  # @read
        return self.files[name]

    async def remove(self, name):
        await asyncio.sleep(self.p["write"])  # @remove
        del self.files[name]

    async def download(self, name, content):
        await asyncio.sleep(self.p["download"])  # @download
        self.files[name] = content


async def write_file(folder, file):
    """Write a file, append to it, and read it back."""
    name = file["name"]
    await folder.write(name, file["text"].encode())
    await folder.append(name, file["more"].encode())
    content = await folder.read(name)
    print(f"{name}: {len(content)} bytes, {len(content.decode())} characters")


async def download(folder, p):
    """Download a file to disk and read it back: are these the bytes that were sent?"""
    sent = bytes(i % 251 for i in range(p["kilobytes"] * 1000))
    came = bytes([255]) + sent[1:] if p.get("damaged") and sent else sent
    await folder.download(DOWNLOAD, came)
    content = await folder.read(DOWNLOAD)
    found, expected = zlib.crc32(content), zlib.crc32(sent)
    if found != expected:
        print(f"{DOWNLOAD} is damaged: checksum {found:08x}, not {expected:08x}")
        raise OSError(f"checksum {found:08x}")
    print(f"{DOWNLOAD}: {len(content)} bytes, checksum {found:08x}")


async def clean_up(folder):
    """Remove what is there, also if something has failed or was cancelled."""
    for name in sorted(folder.files):
        await folder.remove(name)
    print("Removed all files")


async def sequential(p):
    """One file after another."""
    folder = Folder(p)
    try:
        for file in p["files"]:
            await write_file(folder, file)  # @each
        try:
            await download(folder, p)  # @last
        except OSError:
            pass
    finally:
        await clean_up(folder)


async def concurrent(p):
    """All at once. Clean-up must not begin while a task still writes: wait for all."""
    folder = Folder(p)
    try:
        writes = [write_file(folder, file) for file in p["files"]]
        await asyncio.gather(*writes, download(folder, p), return_exceptions=True)  # @gather
    finally:
        await clean_up(folder)


if __name__ == "__main__":
    asyncio.run(concurrent(PARAMS))
