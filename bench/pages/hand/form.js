// The form as a web developer of a station would write it by hand: the HTML does
// the work, and this shows the reasons, checks them and posts without leaving.
for (const form of document.querySelectorAll("form.survey")) {
  const unhappy = form.querySelector(".unhappy");
  const problem = form.querySelector(".problem");
  const done = form.querySelector(".done");
  let id = crypto.randomUUID();

  form.addEventListener("change", () => {
    unhappy.hidden = !form.querySelector("[value=dissatisfied]:checked");
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const data = new FormData(form);
    const reasons = data.getAll("reasons");
    if (!unhappy.hidden && reasons.length === 0) {
      problem.textContent = "请选择不满意的原因。";
      return;
    }
    problem.textContent = "";
    const answers = Object.fromEntries([...data].filter(([name, value]) => value && name !== "reasons"));
    if (unhappy.hidden) delete answers.comment;
    else answers.reasons = reasons;
    const response = { id, survey: { id: "bench", version: 1 }, answers, channel: "web" };
    try {
      const reply = await fetch("/v1/responses", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(response),
      });
      if (!reply.ok) throw new Error(reply.statusText);
      done.textContent = `谢谢您的评价。回执号：${(await reply.json()).id}`;
    } catch {
      problem.textContent = "没有送达，请再试一次。";
    }
  });

  form.addEventListener("reset", () => {
    id = crypto.randomUUID();
    unhappy.hidden = true;
    problem.textContent = done.textContent = "";
  });
  window.alive = (window.alive ?? 0) + 1;
}
window.startAgain = () => document.querySelectorAll("form.survey").forEach((form) => form.reset());
