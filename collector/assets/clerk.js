// Looks whether the link on the screen was used, and shows what became of it.
const { link } = document.querySelector("[data-link]").dataset;
const AGAIN_MS = 2000;

const look = async () => {
  const state = await fetch(`/clerk?state=${link}`).then((answer) => (answer.ok ? answer.text() : "open"), () => "open");
  if (state === "open") setTimeout(look, AGAIN_MS);
  else location.replace(`/clerk?link=${link}`);
};
look();
