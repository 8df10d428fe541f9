// Shows what became of the link on the screen as soon as that is known.
const { link } = document.querySelector("[data-link]").dataset;

setInterval(async () => {
  const state = await fetch(`/clerk?state=${link}`).then((answer) => (answer.ok ? answer.text() : "open"), () => "open");
  if (state !== "open") location.replace(`/clerk?link=${link}`);
}, 2000);
