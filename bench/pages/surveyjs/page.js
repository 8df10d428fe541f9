// SurveyJS, as its guide for plain JavaScript writes it.
import { Model } from "survey-core";
import "survey-core/i18n/simplified-chinese";
import "survey-core/survey-core.css";
import "survey-js-ui";
import { alive, levels, post, ratings, reasons, title } from "../survey.js";

const choices = (pairs) => pairs.map(([value, text]) => ({ value, text }));
const unhappy = ratings.map(([name]) => `{${name}} = 'dissatisfied'`).join(" or ");
const definition = {
  locale: "zh-cn",
  title,
  completeText: "提交评价",
  completedHtml: "<p class='done' role='status'>谢谢您的评价。</p>",
  elements: [
    ...ratings.map(([name, title]) => ({
      type: "radiogroup", name, title, isRequired: true, colCount: 3, choices: choices(levels),
    })),
    { type: "checkbox", name: "reasons", title: "哪里不满意？", isRequired: true, visibleIf: unhappy, choices: choices(reasons) },
    { type: "comment", name: "comment", title: "意见建议", maxLength: 500, visibleIf: unhappy },
    { type: "text", name: "phone", title: "联系电话（选填）", inputType: "tel", maxLength: 40 },
  ],
};

const surveys = [...document.querySelectorAll(".survey")].map((place) => {
  const survey = new Model(definition);
  survey.onComplete.add((survey) => post(crypto.randomUUID(), survey.data));
  survey.onAfterRenderSurvey.add(function once(survey) {
    survey.onAfterRenderSurvey.remove(once);
    alive();
  });
  survey.render(place);
  return survey;
});
window.startAgain = () => surveys.forEach((survey) => survey.clear());
