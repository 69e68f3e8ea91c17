// Plain promises for comparison: a number of concurrent sleeps on the browser's own timers.
globalThis.interleavePromises = async (count, milliseconds) => {
  // Only some browsers say, and those that do may round.
  const heap = () => performance.memory?.usedJSHeapSize ?? NaN;
  const before = heap();
  const start = performance.now();
  const sleeps = [];
  for (let n = 0; n < count; n += 1) {
    sleeps.push(new Promise((resolve) => setTimeout(resolve, milliseconds)));
  }
  const started = performance.now() - start;
  const held = heap() - before;
  await Promise.all(sleeps);
  return [started / 1000, (performance.now() - start) / 1000, held];
};
