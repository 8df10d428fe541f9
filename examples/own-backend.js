// Extra headers for an endpoint that wants them.
document.getElementById("form").headers = { "X-Station": "fenglin" };

// The page delivers by itself: `respondWith` takes a function from the response to
// a promise. While it is open the widget says 正在提交; when it fails the answers
// stay and the citizen can send again, with the same id. A `receipt` in what it
// resolves to is the number that the citizen is shown.
document.getElementById("host").addEventListener("manyi-submit", (event) => {
  event.detail.respondWith(deliver);
});

async function deliver(response) {
  const answer = await fetch("/my/own", {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ kind: "rating", response }),
  });
  if (!answer.ok) throw new Error(`the backend answered ${answer.status}`);
  return { receipt: (await answer.json()).number };
}
