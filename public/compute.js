// A thread of a live run: it computes for as many milliseconds as it is told, and says when it is done.
onmessage = ({ data: milliseconds }) => {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
  postMessage("done");
};
