// Comfort on the pages of people who write: every one of them works without it.
import { autosave } from "./saving.js";

// Parts that only matter for one choice are shown for that choice.
function follow(part) {
  const [name, value] = part.dataset.if.split("=");
  const inputs = document.querySelectorAll(`input[name="${name}"]`);
  const show = () => {
    const chosen = [...inputs].find((input) => input.checked);
    part.hidden = chosen?.value !== value;
  };
  for (const input of inputs) input.addEventListener("change", show);
  // What somebody typed there, or did wrong there, is never hidden.
  if (part.querySelector(".govuk-error-message") || [...part.querySelectorAll("textarea")].some((box) => box.value)) return;
  show();
}
for (const part of document.querySelectorAll("[data-if]")) follow(part);

// A reason is asked for unless the activity is done; where it goes to, if it is carried forward.
function followAnswer(group) {
  const inputs = group.querySelectorAll("input[type=radio]");
  const field = (kind) => group.querySelector(`[name$="-${kind}"]`);
  const show = () => {
    const value = [...inputs].find((input) => input.checked)?.value ?? "";
    for (const [kind, wanted] of [["reason", value && value !== "done"], ["carried", value === "carried_forward"]]) {
      const input = field(kind);
      if (input) input.closest(".govuk-form-group").hidden = !wanted && !input.value;
    }
  };
  for (const input of inputs) input.addEventListener("change", show);
  show();
}
for (const group of document.querySelectorAll(".st-asked")) followAnswer(group);

// Words are counted while they are typed. Nothing is ever cut off.
for (const line of document.querySelectorAll("[data-count]")) {
  const box = document.querySelector(`textarea[name="${line.dataset.count}"]`);
  box?.addEventListener("input", () => {
    const count = box.value.split(/\s+/).filter(Boolean).length;
    line.textContent = `${count} ${count === 1 ? "word" : "words"}. There is no limit.`;
  });
}

const form = document.querySelector("form[data-autosave]");
if (form && window.crypto?.subtle) autosave(form);
