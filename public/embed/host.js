// For pages with playgrounds of Interleave in them: stands behind these, or has `defer`. MIT or Apache-2.0.
//
// Gives each frame the height that it asks for, as height.js does, and makes a playground of each
//
//   <interleave-playground src=".../downloads/embed.html#?embed=1" title="Playground: File downloads" height="590">
//     <a href=".../downloads/"><img src=".../downloads/race.svg" alt="..." width="100%" height="590"></a>
//   </interleave-playground>
//
// What is in it, a picture with a link, is there without scripts, too. It stays until a playground has started in its place;
// nothing of that is loaded before it is near the view. Where frames, or this script, are not allowed, it stays for good.
{
  /** How far from the view a frame begins to load. */
  const NEAR = "50%";

  /** Calls `sized` with each height that a frame asks for, until the signal comes. */
  const follow = (frame, sized, signal) => {
    const { origin } = new URL(frame.src);
    // The frame tells its size only to a page that has said hello.
    const hello = () => frame.contentWindow.postMessage({ interleave: 1, type: "hello" }, origin);
    frame.addEventListener("load", hello, { signal });
    const hear = ({ source, origin: from, data }) => {
      if (source !== frame.contentWindow || from !== origin) return;
      if (data?.interleave !== 1 || data.type !== "size") return;
      sized(Math.min(Number(data.height) || 480, 5000));
    };
    addEventListener("message", hear, { signal });
  };

  for (const frame of document.querySelectorAll("iframe[src*='embed=1']")) {
    follow(frame, (height) => (frame.height = height));
  }

  class Playground extends HTMLElement {
    #gone;
    #picture = [];

    connectedCallback() {
      // Frames answer no page without an origin, such as a file.
      if (self.origin === "null") return;
      this.#gone = new AbortController();
      const { signal } = this.#gone;
      const height = Number(this.getAttribute("height"));
      Object.assign(this.style, { display: "block", position: "relative", height: height ? `${height}px` : "" });
      const seen = (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        watch.disconnect();
        this.#load(signal);
      };
      const watch = new IntersectionObserver(seen, { rootMargin: NEAR });
      watch.observe(this);
      signal.addEventListener("abort", () => watch.disconnect());
    }

    disconnectedCallback() {
      this.#gone?.abort();
      this.querySelector(":scope > iframe")?.remove();
      this.prepend(...this.#picture.splice(0));
    }

    /** Puts the frame over the picture, unseen but in view: else it would not start. */
    #load(signal) {
      const { title } = this;
      const src = new URL(this.getAttribute("src"), document.baseURI).href;
      const frame = Object.assign(document.createElement("iframe"), { src, title, inert: true });
      const style = { position: "absolute", inset: 0, width: "100%", height: "100%", border: 0, opacity: 0 };
      Object.assign(frame.style, style);
      follow(frame, (height) => this.#show(frame, height), signal);
      this.append(frame);
    }

    /** The playground has started: the frame takes the place of the picture. */
    #show(frame, height) {
      this.style.height = `${height}px`;
      if (!frame.inert) return;
      frame.inert = false;
      frame.style.opacity = 1;
      // The frame itself would load again if it were moved.
      this.#picture = [...this.childNodes].filter((node) => node !== frame);
      for (const node of this.#picture) node.remove();
    }
  }
  customElements.define("interleave-playground", Playground);
}
