// Gives each embedded playground the height that it asks for. Stands behind the frames; MIT or Apache-2.0.
for (const frame of document.querySelectorAll("iframe[src*='embed=1']")) {
  const { origin } = new URL(frame.src);
  // The frame tells its size only to a page that has said hello.
  frame.addEventListener("load", () => {
    frame.contentWindow.postMessage({ interleave: 1, type: "hello" }, origin);
  });
  addEventListener("message", ({ source, origin: from, data }) => {
    if (source !== frame.contentWindow || from !== origin) return;
    if (data?.interleave !== 1 || data.type !== "size") return;
    frame.height = Math.min(Number(data.height) || 480, 5000);
  });
}
