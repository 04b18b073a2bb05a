// Saves an entry while it is being typed: 2 s after a pause, at most 5 s after the first letter.
// One request is under way at a time; a copy stays on this computer until the server has acknowledged
// the very words, which it does by their digest. Only then the page says “Saved”.

const PAUSE = 2000;
const AT_MOST = 5000;
const RETRY = [2000, 4000, 8000, 15000, 30000];
const KEPT_FOR = 30 * 24 * 3600 * 1000;
const TECHNICAL = new Set(["csrfmiddlewaretoken", "save_id", "base", "author", "do"]);
const NOT_TEXT = new Set([...TECHNICAL, "ready"]); // of these the server makes no digest
const ADDS = "carry-reason"; // the server adds words to those that were typed: these are saved before it does

const fields = (form) => [...new FormData(form)].filter(([, value]) => typeof value === "string");
const lines = (text) => text.replace(/\r\n?/g, "\n");

// The same digest as reporting/filing/forms.py makes of what it has stored.
async function digest(pairs) {
  const said = pairs
    .filter(([name, value]) => !NOT_TEXT.has(name) && value)
    .map(([name, value]) => [name, lines(value)])
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(said)));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const token = (form) =>
  document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? form.elements.csrfmiddlewaretoken.value;

// What a form says, to be compared.
const state = (pairs) =>
  JSON.stringify(pairs.filter(([name, value]) => !TECHNICAL.has(name) && value).map(([name, value]) => [name, lines(value)]));

// What the server wrote into the page: a browser may have put something else there since, when somebody goes back.
function written(form) {
  const pairs = [];
  for (const input of form.elements) {
    if (!input.name || input.type === "submit") continue;
    if (input.type === "radio" || input.type === "checkbox") {
      if (input.defaultChecked) pairs.push([input.name, input.value]);
    } else if (input.tagName === "SELECT") {
      pairs.push([input.name, [...input.options].find((one) => one.defaultSelected)?.value ?? input.options[0].value]);
    } else pairs.push([input.name, input.defaultValue]);
  }
  return pairs;
}

export function autosave(form) {
  const line = document.getElementById("saved");
  const said = { at: line.dataset.state === "saved" ? line.textContent.replace("Saved ", "").trim() : "" };
  const prefix = `stocktake ${form.dataset.author} ${location.pathname} `;
  const copy = prefix + crypto.randomUUID(); // of this opening of the page: one before it may still be on offer
  let acknowledged = form.dataset.autosave === "unsaved" ? "" : state(written(form));
  let waiting = null; // what is being sent; it is sent again with the same id until it is answered
  let pause, latest, failures = 0;

  let spoken = "";
  const say = (words, state, link) => {
    // Read out once that it is saved, and whatever is wrong: not each pause of somebody's typing.
    const worth = state === "failed" || state === "beside" || (state === "saved" && spoken !== "saved");
    if (worth) spoken = state;
    line.setAttribute("aria-live", worth ? "polite" : "off");
    line.dataset.state = state;
    line.textContent = words;
    if (link) {
      const anchor = document.createElement("a");
      anchor.className = "govuk-link";
      [anchor.href, anchor.textContent, anchor.target] = [link.href, link.words, link.target ?? ""];
      line.append(" ", anchor);
    }
  };
  const changed = () => state(fields(form)) !== acknowledged;
  const keep = () => {
    try {
      if (changed()) localStorage.setItem(copy, JSON.stringify({ at: Date.now(), pairs: fields(form) }));
      else localStorage.removeItem(copy);
    } catch {
      // A full or forbidden store: the server's copy is what counts.
    }
  };
  const plan = () => {
    clearTimeout(pause);
    pause = setTimeout(send, PAUSE);
    latest ??= setTimeout(send, AT_MOST);
  };

  async function send(then) {
    clearTimeout(pause);
    clearTimeout(latest);
    latest = undefined;
    if (waiting?.sending) return plan();
    if (!waiting) {
      if (!changed() && !then) return;
      const pairs = fields(form).filter(([name]) => name !== "do");
      if (then) pairs.push(["do", then]);
      waiting = { pairs, state: state(pairs), then };
    }
    waiting.sending = true;
    say("Saving", "saving");
    let answer, body;
    try {
      const sent = new URLSearchParams(waiting.pairs);
      sent.set("csrfmiddlewaretoken", token(form));
      answer = await fetch(form.action, { method: "POST", body: sent, headers: { Accept: "application/json" }, redirect: "error" });
      body = await answer.json();
    } catch {
      answer = undefined;
    }
    waiting.sending = false;
    if (answer?.ok) return received(body);
    if (answer && ![401, 403, 500, 502, 503, 504].includes(answer.status)) {
      waiting = null;
      return say(`Not saved. ${body?.problem ?? ""} Your text is kept on this computer.`, "failed");
    }
    if (answer?.status === 401)
      say("You are signed out, and this text is not saved yet. It is kept on this computer and is sent when you are back.", "failed",
        { href: `${form.dataset.signIn}?next=${encodeURIComponent(location.pathname)}`, words: "Sign in in a new tab", target: "_blank" });
    else say(`Not saved since ${said.at || "you began"}. Your text is kept on this computer and is sent when the connection is back.`, "failed");
    setTimeout(send, RETRY[Math.min(failures++, RETRY.length - 1)]);
  }

  async function received(body) {
    const { pairs, state: sent, then } = waiting;
    waiting = null;
    failures = 0;
    form.elements.base.value = body.id;
    form.elements.save_id.value = crypto.randomUUID();
    const exact = (await digest(pairs)) === body.receipt;
    if (exact || body.removed.length) acknowledged = sent;
    said.at = body.saved;
    keep();
    if (then && exact) return location.assign(body.beside ? body.both : body.then);
    if (body.beside) say(`Both texts saved ${body.saved}.`, "beside", { href: body.both, words: "Somebody else saved this entry meanwhile: compare and choose" });
    else if (exact && !changed()) say(`Saved ${body.saved}`, "saved");
    else if (body.removed.length) say(`Saved ${body.saved}. ${body.removed.join(" ")}`, "saved");
    else if (!exact) say("Not saved as it was typed. Your text is kept on this computer: save it with the button below.", "failed");
    // Words that came back different are not sent again by themselves: each time would be another save of them.
    if (changed() && (acknowledged === sent || state(fields(form)) !== sent)) plan();
  }

  const look = () => {
    keep();
    if (waiting) return plan();
    if (changed()) {
      if (line.dataset.state !== "failed") say("Not saved yet", "unsaved");
      plan();
    } else if (line.dataset.state === "unsaved" && said.at) say(`Saved ${said.at}`, "saved");
  };
  form.addEventListener("input", look);
  form.addEventListener("change", look);
  window.addEventListener("pageshow", look); // somebody came back to a page that the browser has kept
  let plainly = false; // the browser sends the form by itself
  form.addEventListener("submit", (event) => {
    if (plainly) return;
    event.preventDefault();
    keep();
    const button = event.submitter;
    const doing = button?.value ?? "stay";
    if (waiting) waiting.then = undefined;
    const go = () => {
      if (waiting) setTimeout(go, 200);
      else if (doing !== ADDS) send(doing);
      else if (changed()) send().then(() => (waiting || !changed()) && go());
      else {
        plainly = true;
        form.requestSubmit(button);
      }
    };
    if (waiting && !waiting.sending) send();
    go();
  });
  window.addEventListener("pagehide", keep);
  window.addEventListener("focus", () => waiting && !waiting.sending && send());
  window.addEventListener("online", () => waiting && !waiting.sending && send());

  offer(form, prefix, acknowledged, plan);
}

// Text that this computer still has, because it never heard that it was saved.
function offer(form, prefix, acknowledged, plan) {
  for (const key of Object.keys(localStorage).filter((one) => one.startsWith(prefix))) {
    let found;
    try {
      found = JSON.parse(localStorage.getItem(key));
    } catch {
      continue;
    }
    if (!found || found.at < Date.now() - KEPT_FOR || state(found.pairs) === acknowledged) {
      localStorage.removeItem(key);
      continue;
    }
    const box = document.createElement("div");
    box.className = "govuk-inset-text st-asks";
    const when = new Date(found.at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });
    const words = document.createElement("p");
    words.className = "govuk-body";
    words.textContent = `This computer has text of ${when} that may not have been saved.`;
    box.append(words);
    for (const [label, act] of [
      ["Put it into the form", () => put(form, found.pairs)],
      ["Forget it", () => {}],
    ]) {
      const button = document.createElement("button");
      [button.type, button.className, button.textContent] = ["button", "govuk-button govuk-button--secondary", label];
      button.addEventListener("click", () => {
        act();
        localStorage.removeItem(key);
        box.remove();
        form.elements.progress?.focus(); // the button that had the focus is gone
        plan();
      });
      box.append(button, " ");
    }
    form.before(box);
  }
}

function put(form, pairs) {
  for (const [name, value] of pairs) {
    if (NOT_TEXT.has(name)) continue;
    for (const input of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (input.type === "radio") input.checked = input.value === value;
      else input.value = value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}
