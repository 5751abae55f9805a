/** Begins: language, who is signed in, then the sign-in page or the panel. */

import { el, fill } from "../../shared/js/dom.js";
import { Api } from "../../shared/js/http.js";
import { loadTexts, t } from "../../shared/js/i18n.js";
import { modal } from "../../shared/js/modal.js";
import { Notices } from "../../shared/js/notices.js";
import { Session } from "../../shared/js/session.js";
import { App } from "./app.js";
import { Host } from "./live/host.js";
import { panelID } from "./live/identity.js";
import { handOver } from "./live/popup.js";
import { Panel } from "./views/panel.js";
import { signInBox, signInPage } from "./views/signin.js";

const session = new Session();
const notices = new Notices();
const hand = handOver();
/** What was typed into the sign-in page, for when its language changes. */
const typed = {};
let panelId = null;
let panel = null;
let host = null;
let asking = null;

function show() {
  document.title = `${t("shell.page")} · Patchbay`;
  const content = panel ? panel.build() : signInPage({ done: hand ?? enter, state: typed, rebuild: show, isWindow: Boolean(hand) });
  fill(document.body, content, notices.elements);
  notices.draw();
}

async function enter(token, me) {
  session.keep(token, me);
  typed.token = "";
  const api = new Api({ token, refused: signInAgain });
  const app = new App({ api, me, panelId, signInAgain });
  panel = new Panel({ app, session, notices, rebuild: show });
  host?.attach(app);
  show();
  await app.start();
}

/** The token is not taken any longer: what is open and typed stays where it is, under the question. */
function signInAgain() {
  if (asking || !panel) return;
  const done = (token, me) => {
    if (me.sub !== panel.app.me.sub) {
      // Another person begins anew: nothing of the one before stays on the screen.
      leave();
      asking.close();
      return void enter(token, me);
    }
    session.renew(token, me);
    return renewed(token, me);
  };
  const content = el("div.modal-body", null, el("p.hint", null, t("signin.again_text")), signInBox({ done }));
  asking = modal({ title: t("signin.again"), content, closed: () => (asking = null) });
}

function renewed(token, me) {
  session.keep(token, me);
  panel.app.api.token = token;
  panel.app.me = me;
  asking?.close();
  panel.app.retry();
}

session.onRenewed = renewed;

function leave() {
  host?.attach(null);
  panel?.close();
  panel = null;
}

session.onSignOut = () => {
  leave();
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  show();
};

// Back from the browser's history: what happened meanwhile is unknown.
addEventListener("pageshow", (event) => event.persisted && location.reload());

async function begin() {
  const [token, id] = await Promise.all([knownToken(), panelID(), loadTexts("/panel/locales")]);
  panelId = id;
  if (!hand) {
    host = new Host({ panelId, rebuild: show, panel: () => panel, notice: sayOfCRM });
    host.connect().catch(() => notices.say(t("banner.no_host"), { isError: true }));
  }
  if (!token || hand) return show();
  try {
    return await enter(token, await new Api({ token }).get("/v1/me"));
  } catch (error) {
    if (!("hint" in error)) throw error;
    show();
    if (error.status !== 401) notices.fail(error, t("signin.failed"));
    return undefined;
  }
}

/** What concerns the CRM around; what only an administrator can mend is an error that stays. */
function sayOfCRM(code, detail) {
  const isError = !["session_cap", "session_waits", "foreign_session", "notify_full"].includes(code);
  notices.say(t(`cif.${code}`), { isError, detail });
}

const knownToken = async () => session.token ?? (session.mayAsk ? session.fromOtherTab() : null);

begin();
