// Fills a survey as a person who is unhappy with the first thing asked: answers
// what is shown and not yet answered, presses the button, until it says thank you.
const typed = (field, text) => {
  const prototype = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
  field.focus();
  Object.getOwnPropertyDescriptor(prototype, "value").set.call(field, text);
  for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
  field.blur();
};
const frame = () => new Promise(requestAnimationFrame);

function answerOne() {
  const groups = Map.groupBy(dom.visible("input[type=radio]"), (radio) => `${radio.name} ${radio.form?.action}`);
  const open = [...groups.values()].find((radios) => !radios.some((radio) => radio.checked));
  const words = (radio) => (radio.labels?.[0] ?? radio.closest("label")).textContent.trim();
  if (open) {
    const unhappy = open.find((radio) => words(radio).includes("不满意"));
    dom.spot(open[0] === dom.visible("input[type=radio]")[0] && unhappy ? unhappy : open[0]).click();
    return true;
  }
  const boxes = dom.visible("input[type=checkbox]");
  if (boxes.length > 0 && !boxes.some((box) => box.checked)) {
    dom.spot(boxes[0]).click();
    return true;
  }
  const empty = (field) => field.value === "";
  const text = dom.visible("textarea").find(empty);
  if (text) {
    typed(text, "等了一个小时，希望多开一个窗口。");
    return true;
  }
  const phone = dom.visible("input[type=tel], input[type=phone]").find(empty);
  if (phone) typed(phone, "13800138000");
  return phone !== undefined;
}

const button = () =>
  dom.visible("button, input[type=button], input[type=submit]").find((one) => /提交评价|下一题/.test(one.textContent + one.value));
const thanked = () => document.body.innerText.includes("谢谢") || dom.all("[role=status]").some((one) => /谢谢|感谢/.test(one.textContent));

window.fillAndSubmit = async (frames = 600) => {
  for (; frames > 0 && !thanked(); frames -= 1) {
    if (!answerOne() && !window.pressed) {
      button()?.click();
      window.pressed = /提交评价/.test(button()?.textContent + button()?.value);
    }
    await frame();
  }
  window.pressed = false;
  return thanked();
};

window.rounds = async (count) => {
  for (let n = 0; n < count; n += 1) {
    if (!(await window.fillAndSubmit())) return n;
    window.startAgain();
    for (let frames = 600; frames > 0 && (thanked() || dom.visible(":checked").length > 0); frames -= 1) await frame();
    await frame();
  }
  performance.clearResourceTimings();
  return count;
};
