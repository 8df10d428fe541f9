// What every bundled peer shares with the others: the survey's words, and the post.
export const title = "户籍窗口服务评价";
export const ratings = [
  ["overall", "您对本次服务总体满意吗？"],
  ["attitude", "您对服务态度满意吗？"],
  ["speed", "您对办理速度满意吗？"],
  ["guidance", "您对办事指引满意吗？"],
  ["place", "您对大厅环境满意吗？"],
];
export const levels = [
  ["satisfied", "满意"],
  ["basically_satisfied", "基本满意"],
  ["dissatisfied", "不满意"],
];
export const reasons = [
  ["slow", "办理时间长"],
  ["rude", "态度不好"],
  ["unclear", "没有说清楚"],
  ["trips", "跑了多次"],
];

export async function post(id, answers) {
  const reply = await fetch("/v1/responses", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ id, survey: { id: "bench", version: 1 }, answers, channel: "web" }),
  });
  if (!reply.ok) throw new Error(reply.statusText);
  return (await reply.json()).id;
}

export function alive() {
  window.alive = (window.alive ?? 0) + 1;
}
