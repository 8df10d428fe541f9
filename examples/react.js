// React 19, bundled as examples/README.md says. Without JSX, so that this file needs
// no build step.
import { createElement as h, createRoot, useState } from "./react.bundle.js";

function Page() {
  const [window, setWindow] = useState("3");
  const [receipt, setReceipt] = useState("");
  // React 19 sets a property where the element has one and listens to custom
  // events by their name after `on`.
  return h("main", null,
    h("h1", null, "办事大厅（React）"),
    h("label", null, "窗口 ",
      h("select", { value: window, onChange: (event) => setWindow(event.target.value) },
        h("option", null, "3"), h("option", null, "4"))),
    h("manyi-survey", {
      src: "/surveys/household-window.json",
      endpoint: "/v1/responses",
      subject: { unit: "fenglin", window },
      "onmanyi-delivered": (event) => setReceipt(event.detail.receipt),
    }),
    h("p", { id: "receipt" }, receipt));
}

createRoot(document.getElementById("app")).render(h(Page));
