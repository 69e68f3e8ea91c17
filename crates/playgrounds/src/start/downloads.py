"""File downloads: one after another, all at once, and at most N at a time."""

import asyncio

PARAMS = {
    "seconds_per_mb": 0.5,
    "files": [
        ["document.pdf", 2],
        ["video.mp4", 50],
        ["image.jpg", 1],
        ["archive.zip", 15],
        ["music.mp3", 8],
    ],
    "max_in_flight": 2,
}


async def download(name, size_mb, p):
    print(f"Starting download: {name} ({size_mb}MB)")
    await asyncio.sleep(size_mb * p["seconds_per_mb"])  # @download
    print(f"Completed download: {name}")
    return f"Data from {name} ({size_mb}MB)"


async def concurrent(p):
    """All at once: as long as the largest file."""
    downloads = [download(name, size, p) for name, size in p["files"]]
    return await asyncio.gather(*downloads)  # @gather


async def sequential(p):
    """One after another: the sum of all files."""
    data = []
    for name, size in p["files"]:
        data.append(await download(name, size, p))  # @each
    return data


async def bounded(p):
    """All start at once, but each waits for one of a few permits."""
    semaphore = asyncio.Semaphore(p.get("max_in_flight") or 2)

    async def with_permit(name, size):
        async with semaphore:  # @permit
            return await download(name, size, p)

    downloads = [with_permit(name, size) for name, size in p["files"]]
    return await asyncio.gather(*downloads)  # @bounded


async def article(p):
    """The article: all at once, then one after another."""
    await concurrent(p)
    return await sequential(p)


if __name__ == "__main__":
    asyncio.run(concurrent(PARAMS))
