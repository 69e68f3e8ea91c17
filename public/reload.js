// Reloads the page when `trunk serve` has built anew, and tells the console when a build fails.
//
// Trunk's own script for that is inline, which the page's Content-Security-Policy forbids. Unlike the page, the socket
// does not move with `public_url`: it stands under the server's root.

const RECONNECT_MS = 2000;

function connect(onOpen) {
  const socket = new WebSocket(new URL("/.well-known/trunk/ws", location.href.replace(/^http/, "ws")));
  socket.onopen = onOpen;
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === "reload") location.reload();
    if (message.type === "buildFailure") console.error(`Build failed: ${message.data.reason}`);
  };
  // The server went away: once it is back, it has built anew.
  socket.onclose = () => setTimeout(connect, RECONNECT_MS, () => location.reload());
}

connect(() => {});
