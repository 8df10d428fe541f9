// React + react-hook-form, as their guides write a form.
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { useForm, useWatch } from "react-hook-form";
import { alive, levels, post, ratings, reasons, title } from "../survey.js";
import "../hand/form.css";

const again = [];
const names = ratings.map(([name]) => name);

function Survey() {
  const { register, handleSubmit, control, reset, formState } = useForm();
  const [id, setId] = useState(() => crypto.randomUUID());
  const [receipt, setReceipt] = useState("");
  const unhappy = useWatch({ control, name: names }).includes("dissatisfied");
  useEffect(() => {
    alive();
    again.push(() => {
      reset();
      setReceipt("");
      setId(crypto.randomUUID());
    });
  }, []);
  const send = async ({ reasons, comment, phone, ...answers }) => {
    if (phone) answers.phone = phone;
    if (unhappy) Object.assign(answers, { reasons }, comment ? { comment } : {});
    setReceipt(await post(id, answers));
  };
  return (
    <form onSubmit={handleSubmit(send)}>
      <h1>{title}</h1>
      {ratings.map(([name, question]) => (
        <fieldset key={name}>
          <legend>{question}</legend>
          {levels.map(([value, label]) => (
            <label key={value}>
              <input type="radio" value={value} {...register(name, { required: true })} /> {label}
            </label>
          ))}
        </fieldset>
      ))}
      {unhappy && (
        <div className="unhappy">
          <fieldset>
            <legend>哪里不满意？</legend>
            {reasons.map(([value, label]) => (
              <label key={value}>
                <input type="checkbox" value={value} {...register("reasons", { required: true })} /> {label}
              </label>
            ))}
          </fieldset>
          <label className="line">
            意见建议 <textarea rows="3" {...register("comment", { maxLength: 500 })} />
          </label>
        </div>
      )}
      <label className="line">
        联系电话（选填） <input type="tel" {...register("phone", { maxLength: 40 })} />
      </label>
      <p className="problem" role="alert">{Object.keys(formState.errors).length > 0 && "请填写必填的问题。"}</p>
      <button>提交评价</button>
      <p className="done" role="status">{receipt && `谢谢您的评价。回执号：${receipt}`}</p>
    </form>
  );
}

for (const place of document.querySelectorAll(".survey")) createRoot(place).render(<Survey />);
window.startAgain = () => again.forEach((reset) => reset());
