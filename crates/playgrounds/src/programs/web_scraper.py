"""Web scraper: workers take URLs from a queue, within limits, and keep what they fetch."""

import asyncio
import json
from html import escape
from html.parser import HTMLParser
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree


def row(url, latency, title, words, links, **more):
    """A page, and how its host answers: at once, unless more is said."""
    fine = {"failures": 0, "status": 503, "retry_after": None, "malformed": False}
    page = {"url": url, "latency": latency, "title": title, "words": words, "links": links}
    return {**page, **fine, **more}


PARAMS = {
    "workers": 4,
    "connections": 3,
    "rate": 5.0,
    "politeness": 0.2,
    "timeout": 1.0,
    "attempts": 3,
    "backoff": 0.5,
    "cancel_after": 3.0,
    "keywords": ["python", "async", "web"],
    "hosts": [
        {"name": "news.example", "latency": 0.2, "disallow": None, "crawl_delay": None},
        {"name": "tech.example", "latency": 0.3, "disallow": "/drafts/", "crawl_delay": 1},
        {"name": "sport.example", "latency": 0.1, "disallow": None, "crawl_delay": None},
    ],
    "pages": [
        row("news.example/async", 0.6, "Async in practice", 320, 12),
        row("tech.example/wasm", 0.7, "Python and WASM", 540, 8, failures=1),
        row("sport.example/cup", 0.5, "Cup final", 210, 4),
        row("news.example/feed.xml", 0.4, "Web standards news", 90, 15),
        row("tech.example/latest.json", 0.3, "New phone", 60, 3),
        row("sport.example/web", 0.6, "Web of transfers", 450, 9,
            failures=1, status=429, retry_after=1.5),
        row("news.example/election", 0.8, "Election results", 800, 20),
        row("tech.example/drafts/web", 0.5, "A draft", 30, 0),
        row("sport.example/table.json", 0.4, "League table", 40, 0, malformed=True),
        row("news.example/python", 0.5, "Python 3.14 released", 610, 11),
        row("tech.example/slow", 4.0, "Slow web servers", 100, 1),
        row("sport.example/gone", 0.2, "Last season", 10, 0, failures=1, status=404),
    ],
}


def now():
    return asyncio.get_running_loop().time()


class Limiter:
    """A token bucket: `rate` tokens a second, and as many at first."""

    def __init__(self, rate):
        self.rate = self.tokens = rate
        self.turn, self.counted = asyncio.Lock(), now()

    async def acquire(self):
        async with self.turn:  # @token
            fresh = (now() - self.counted) * self.rate
            self.tokens, self.counted = min(self.tokens + fresh, self.rate), now()
            if self.tokens < 1.0:
                await asyncio.sleep((1.0 - self.tokens) * (1.0 / self.rate))  # @token
                self.tokens, self.counted = 0.0, now()
            else:
                self.tokens -= 1.0


class Host:
    """What its robots.txt says, and when it may be asked again."""

    def __init__(self, site):
        self.site, self.rules, self.lock, self.free_at = site, None, asyncio.Lock(), 0.0


class Text(HTMLParser):
    """Title, links and words of a page of HTML; what is wrong in it is mended."""

    def __init__(self, text):
        super().__init__()
        self.title, self.links, self.words, self.inside = "", 0, 0, []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.inside.append(tag)
        self.links += tag == "a" and "href" in dict(attrs)

    def handle_endtag(self, tag):
        if tag in self.inside:
            del self.inside[self.inside.index(tag):]

    def handle_data(self, data):
        if "title" in self.inside:
            self.title += data
        elif not {"script", "style", "nav"} & set(self.inside):
            self.words += len(data.split())


def parse(kind, text):
    """Title, words and links of a document. Raises ValueError if it is malformed."""
    if kind == "JSON":
        found = json.loads(text)
        return found["title"], len(found["text"].split()), len(found["links"])
    if kind == "XML":
        try:
            found = ElementTree.fromstring(text)
        except ElementTree.ParseError as error:
            raise ValueError from error
        words = found.findtext("text").split()
        return found.findtext("title"), len(words), len(found.findall("link"))
    page = Text(text)
    return page.title, page.words, page.links


class Scraper:
    def __init__(self, p):
        self.p, self.queue = p, asyncio.Queue()
        self.limiter = Limiter(p["rate"])
        self.connections = asyncio.Semaphore(p["connections"])
        self.hosts = {site["name"]: Host(site) for site in p["hosts"]}
        self.cache, self.found, self.total = {}, {}, len(p["pages"])

    async def send(self, latency):
        """One request: within the rate, over one of the connections, in the time limit."""
        await self.limiter.acquire()
        async with self.connections:  # @permit
            async with asyncio.timeout(self.p["timeout"]):
                await asyncio.sleep(latency)  # @get

    async def robots(self, site):
        """Reads robots.txt. Without an answer nothing is allowed."""
        rules = RobotFileParser()
        try:
            await self.send(site["latency"])
            rules.parse(robots_txt(site).splitlines())
        except TimeoutError:
            rules.disallow_all = True
        return rules

    async def turn(self, url):
        """Waits until the host may be asked again. False if it disallows this path."""
        name, slash, path = url.removeprefix("https://").partition("/")
        host = self.hosts.setdefault(name, Host(None))
        async with host.lock:  # @host
            if host.site and not host.rules:
                host.rules = await self.robots(host.site)  # @robots
            if host.rules and not host.rules.can_fetch("*", "/" + path):
                return False
            if host.free_at > now():
                await asyncio.sleep(host.free_at - now())  # @polite
            crawl_delay = host.rules.crawl_delay("*") if host.rules else None
            host.free_at = now() + max(self.p["politeness"], crawl_delay or 0)
            return True

    async def scrape(self, page):
        url, attempt = page["url"], 1
        if url in self.cache:  # @kept
            self.found[url] = self.cache[url]
            self.cached += 1
            return self.ended(url, "from the cache")
        while True:
            if not await self.turn(url):
                return self.ended(url, "robots.txt disallows it")
            status, why = None, "timed out"
            try:
                await self.send(page["latency"])
                status = page["status"] if attempt <= page["failures"] else 200
                why = f"status {status}"
            except TimeoutError:
                pass
            if status == 200:
                return self.keep(page)
            is_hopeless = status and status != 429 and status < 500
            if is_hopeless or attempt == self.p["attempts"]:
                return self.ended(url, why)
            pause = self.p["backoff"] * 2 ** (attempt - 1)
            if status and page.get("retry_after") is not None:
                pause = page["retry_after"]
            print(f"{url}: {why}, again in {pause:.1f} s")
            await asyncio.sleep(pause)  # @pause
            attempt += 1

    def keep(self, page):
        """Parses a document that has come, and keeps it unless it is malformed."""
        url, (kind, text) = page["url"], document(page)
        try:
            title, words, links = parse(kind, text)
        except ValueError:
            return self.ended(url, f"malformed {kind}")
        self.cache[url] = self.found[url] = title
        self.ended(url, f"{kind}, {words} words, {links} links")

    def ended(self, url, how):
        self.done += 1
        progress = f"{self.done} of {self.total} pages"
        if fetched := self.done - self.cached:  # Of the others the time says nothing.
            left = (now() - self.begun) / fetched * (self.total - self.done)
            progress += f", about {left:.1f} s left"
        print(f"{url}: {how}; {progress}")

    async def worker(self):
        while not self.queue.empty():
            await self.scrape(self.queue.get_nowait())  # @page

    async def run(self, workers):
        """All pages, from the first: those that are in the cache take no time."""
        while not self.queue.empty():
            self.queue.get_nowait()
        for page in self.p["pages"]:
            self.queue.put_nowait(page)
        self.begun, self.done, self.cached = now(), 0, 0
        await asyncio.gather(*[self.worker() for _ in range(workers)])  # @workers

    def report(self):
        """Keeps what is relevant: documents with a keyword in their title."""
        words = [word.lower() for word in self.p["keywords"]]
        pages = [page["url"] for page in self.p["pages"] if page["url"] in self.found]
        kept = [url for url in pages if any(w in self.found[url].lower() for w in words)]
        print(f"Scraped {len(pages)} of {self.total} pages, {len(kept)} of them relevant")
        for url in kept:
            print(f"  {self.found[url]} ({url})")


async def one_worker(p):
    """One page after another."""
    scraper = Scraper(p)
    await scraper.run(1)
    scraper.report()


async def workers(p):
    """While one worker waits, for an answer or for its turn, the others go on."""
    scraper = Scraper(p)
    await scraper.run(p["workers"])
    scraper.report()


async def resumed(p):
    """Cancelled on the way, then begun again: what is in the cache is not fetched twice."""
    scraper = Scraper(p)
    try:
        async with asyncio.timeout(p["cancel_after"]):
            await scraper.run(p["workers"])
    except TimeoutError:
        kept = len(scraper.cache)
        print(f"Cancelled: {kept} of {scraper.total} pages are in the cache")
        await scraper.run(p["workers"])
    scraper.report()


def robots_txt(site):
    """Stands in for a host: its robots.txt."""
    delay = site.get("crawl_delay")
    lines = ["User-agent: *", f"Disallow: {site.get('disallow') or ''}"]
    return "\n".join(lines + ([] if delay is None else [f"Crawl-delay: {delay}"]))


def document(page):
    """Stands in for a host: a document of the type that its URL ends with."""
    title, text = page["title"], " ".join(["word"] * page["words"])
    links = [f"/{n}" for n in range(page["links"])]
    cut = -1 if page.get("malformed") else None
    if page["url"].endswith(".json"):
        return "JSON", json.dumps({"title": title, "text": text, "links": links})[:cut]
    if page["url"].endswith(".xml"):
        links = "".join(f"<link>{link}</link>" for link in links)
        xml = f"<page><title>{escape(title)}</title><text>{text}</text>{links}</page>"
        return "XML", xml[:cut]
    nav = "".join(f'<a href="{link}">{link}</a>' for link in links)
    html = f"<title>{escape(title)}</title><p>{text}</p><nav>{nav}</nav>"
    return "HTML", html[:cut]


if __name__ == "__main__":
    asyncio.run(resumed(PARAMS))
