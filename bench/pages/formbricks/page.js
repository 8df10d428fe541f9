// @formbricks/surveys shows one question on a card, so a card is all it has to
// draw before the first tap. The reasons follow the first card.
import { renderSurveyInline } from "@formbricks/surveys";
import "./page.css";
import { alive, levels, post, ratings, reasons, title } from "../survey.js";

const choices = (pairs) => pairs.map(([id, label]) => ({ id, label }));
const labels = { buttonLabel: "下一题", backButtonLabel: "上一题" };
const [first, ...others] = ratings.map(([id, headline]) => ({
  id, headline, type: "multipleChoiceSingle", required: true, choices: choices(levels), ...labels,
}));
const happy = levels.slice(0, 2).map(([, value]) => ({ condition: "equals", value, destination: others[0].id }));
const survey = {
  id: "bench",
  name: title,
  welcomeCard: { enabled: false },
  thankYouCard: { enabled: true, headline: "谢谢您的评价。" },
  hiddenFields: { enabled: false },
  styling: {},
  questions: [
    { ...first, logic: happy },
    { id: "reasons", headline: "哪里不满意？", type: "multipleChoiceMulti", required: true, choices: choices(reasons), ...labels },
    { id: "comment", headline: "意见建议", type: "openText", inputType: "text", longAnswer: true, required: false, ...labels },
    ...others,
    { id: "phone", headline: "联系电话（选填）", type: "openText", inputType: "phone", longAnswer: false, required: false, ...labels, buttonLabel: "提交评价" },
  ],
};

function show(place, onDisplay) {
  const id = crypto.randomUUID();
  const answers = {};
  const inner = document.createElement("div");
  inner.id = `formbricks-${id}`;
  place.replaceChildren(inner);
  renderSurveyInline({
    survey,
    containerId: inner.id,
    brandColor: "#0b57d0",
    isBrandingEnabled: false,
    onDisplay,
    onResponse: ({ data: { inputType, ...answer } }) => Object.assign(answers, answer),
    onFinished: () => post(id, answers),
  });
}

const places = [...document.querySelectorAll(".survey")];
for (const place of places) show(place, alive);
window.startAgain = () => places.forEach((place) => show(place));
