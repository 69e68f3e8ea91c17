// A thread of a live run. It computes for as many milliseconds as it is told, or adds squares, and says when it is done.
onmessage = ({ data }) => {
  const start = performance.now();
  if (typeof data === "number") {
    while (performance.now() < start + data);
    postMessage("done");
    return;
  }
  const [numbers, rounds] = data;
  let sum = 0;
  for (let round = 0; round < rounds; round += 1) {
    sum = 0;
    for (let n = 0; n < numbers; n += 1) sum += n * n;
  }
  // The sum, and the seconds that it took.
  postMessage([sum, (performance.now() - start) / 1000]);
};
