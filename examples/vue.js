// Vue 3, fetched as examples/README.md says.
import { createApp, ref } from "./vue.esm-browser.prod.js";

const app = createApp({
  setup() {
    const window = ref("3");
    const receipt = ref("");
    const elder = ref(false);
    return { window, receipt, elder };
  },
  // A custom element is used like any tag: attributes, `.prop` for objects, events.
  template: `
    <h1>办事大厅（Vue）</h1>
    <p>
      <label>窗口 <select v-model="window"><option>3</option><option>4</option></select></label>
      <label><input type="checkbox" v-model="elder"> 长辈版</label>
    </p>
    <manyi-survey
      src="/surveys/household-window.json" endpoint="/v1/responses"
      :subject.prop="{ unit: 'fenglin', window }" :elder="elder"
      @manyi-delivered="receipt = $event.detail.receipt"></manyi-survey>
    <p id="receipt">{{ receipt }}</p>`,
});
app.config.compilerOptions.isCustomElement = (tag) => tag === "manyi-survey";
app.mount("#app");
